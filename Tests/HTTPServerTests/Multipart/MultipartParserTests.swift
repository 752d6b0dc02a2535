import HTTPTypes
import Testing

@testable import HTTPServer

struct MultipartParserTests {
    /// What a parser tells of a body, pieces of content joined; or the status of its refusal.
    private struct Reading: Equatable {
        var parts: [PartHead] = []
        var contents: [[UInt8]] = []
        var isEnded = false
        var failure: Int?
        var detail: String?

        static func == (one: Reading, other: Reading) -> Bool {
            one.failure == other.failure
                && (one.failure != nil
                    || one.parts == other.parts && one.contents == other.contents && one.isEnded == other.isEnded)
        }
    }

    private static func read(_ pieces: [[UInt8]], boundary: String = "XX", limits: MultipartLimits = .init()) -> Reading
    {
        var reading = Reading()
        do throws(HTTPError) {
            var parser = try MultipartParser(boundary: boundary, limits: limits)
            var isOpen = false
            for piece in pieces {
                for event in try parser.feed(piece) {
                    switch event {
                    case .part(let head):
                        #expect(!isOpen && !reading.isEnded)
                        isOpen = true
                        reading.parts.append(head)
                        reading.contents.append([])
                    case .data(let bytes):
                        #expect(isOpen && !bytes.isEmpty)
                        reading.contents[reading.contents.count - 1] += bytes
                    case .endOfPart:
                        #expect(isOpen)
                        isOpen = false
                    case .end:
                        #expect(!isOpen && !reading.isEnded)
                        reading.isEnded = true
                    }
                }
            }
            try parser.finish()
        } catch {
            reading.failure = error.status.code
            reading.detail = error.detail
        }
        return reading
    }

    private static func read(_ text: String, limits: MultipartLimits = .init()) -> Reading {
        read([Array(text.utf8)], limits: limits)
    }

    private static let form =
        "--XX\r\nContent-Disposition: form-data; name=\"avatar\"\r\n\r\nanna\r\n--XX\r\n"
        + "content-disposition: form-data; name=audio; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n"
        + "Content-Transfer-Encoding: binary\r\n\r\nRIFF\r\n--X\r\n\r\n-- XX\r\r\n--XX--\r\nepilogue\r\n--XX\r\n"

    @Test func `Cuts a form into parts`() {
        let reading = Self.read(Self.form)
        #expect(reading.failure == nil && reading.isEnded)
        #expect(
            reading.parts == [
                PartHead(name: "avatar"),
                PartHead(name: "audio", filename: "a.wav", contentType: MediaType("audio/wav")),
            ])
        #expect(reading.contents == [Array("anna".utf8), Array("RIFF\r\n--X\r\n\r\n-- XX\r".utf8)])
    }

    /// Bodies that are right, and bodies that are wrong in the ways that the refusals below are.
    private static let bodies = [
        form, "preamble\r\n" + form, "--XX--", "--XX--\r\n", "\r\n--XX--",
        "--XX \t\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n-\r\n-\r\n--\r\n--X\r--XX\n--XX\r\n--XX--", "", "--XX",
        "--XX\r\n", "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--XX", "--XXY\r\n", "--XX-\r\n",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nabc\r\n--XX-Y",
        "--XX\nContent-Disposition: form-data; name=a\n\nabc\n--XX--",
    ]

    @Test(arguments: bodies)
    func `Byte by byte and at every split is as whole`(body: String) {
        let bytes = Array(body.utf8)
        let whole = Self.read([bytes])
        #expect(Self.read(bytes.map { [$0] }) == whole)
        for index in bytes.indices {
            #expect(Self.read([Array(bytes[..<index]), Array(bytes[index...])]) == whole, "split at \(index)")
        }
    }

    @Test func `A boundary right behind the head ends an empty part`() {
        let reading = Self.read("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--")
        #expect(reading.contents == [[]] && reading.isEnded)
    }

    @Test(arguments: [
        ("", "no part"), ("something", "no part"), ("--XX", "final boundary"), ("--XX\r\n", "final boundary"),
        ("--XXY\r\n", "boundary"), ("--XX-\r\n", "boundary"), ("--XX\n", "boundary"),
        ("--XX\r\n\r\nabc\r\n--XX--", "Content-Disposition"),
        ("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--", "Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data\r\n\r\n\r\n--XX--", "Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n--XX--", "Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--XX--", "Content-Disposition"),
        ("--XX\r\nContent-Disposition: form-data; name=a b\r\n\r\n\r\n--XX--", "Content-Disposition"),
        (
            "--XX\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--XX--",
            "Content-Disposition"
        ),
        ("--XX\r\nContent-Disposition form-data; name=a\r\n\r\n\r\n--XX--", "malformed line"),
        ("--XX\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n\r\n--XX--", "malformed line"),
        ("--XX\r\nContent-Disposition: form-data; name=a\u{0}\r\n\r\n\r\n--XX--", "malformed line"),
        ("--XX\r\nContent-Disposition : form-data; name=a\r\n\r\n\r\n--XX--", "malformed line"),
        ("--XX\r\nA: b\n\r\n\r\n--XX--", "CR LF"),
        ("--XX\r\nContent-Disposition: form-data; name=\"audio\"; filename=x\r\n\r\nabc", "\"audio\", ends without"),
    ])
    func `Refuses what is malformed and tells the part`(body: String, detail: String) {
        let reading = Self.read(body)
        #expect(reading.failure == 400)
        #expect(reading.detail?.contains(detail) == true, "\(reading.detail ?? "")")
    }

    @Test func `Refuses what is too much`() {
        let part = "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
        var limits = MultipartLimits()
        limits.parts = 3
        #expect(Self.read(String(repeating: part, count: 3) + "--XX--", limits: limits).failure == nil)
        #expect(Self.read(String(repeating: part, count: 4) + "--XX--", limits: limits).failure == 413)
        #expect(Self.read("--XX\r\nA: " + String(repeating: "x", count: 9_000)).failure == 413)
        #expect(Self.read("--XX\r\n" + String(repeating: "A: b\r\n", count: 17)).failure == 413)
        #expect(Self.read("--XX" + String(repeating: " ", count: 100)).failure == 400)
    }

    @Test(arguments: ["", String(repeating: "a", count: 71), "a ", "a\"b", "a\r\nb", "\u{e4}", "a;b"])
    func `Refuses what is no boundary`(boundary: String) {
        #expect(Self.read([], boundary: boundary).failure == 400)
    }

    @Test(
        arguments: [
            ("name=a; filename=b.wav", "a", "b.wav"), ("NAME=\"a\" ; FileName=\"b c.wav\"", "a", "b c.wav"),
            ("name=\"a\\\"b\"; filename=\"c\\\\d\"", "a\"b", "d"), ("name=\"a%22b%0D%0Ac\"", "a\"b\r\nc", nil),
            ("name=a; filename=\"C:\\Users\\me\\talk.wav\"", "a", "talk.wav"),
            ("name=a; filename=\"../../etc/passwd\"", "a", "passwd"),
            ("name=a; filename=\"..\"", "a", ""), ("name=a; filename=\"\"", "a", ""),
            ("name=\"ä\"; filename=\"ö.wav\"", "ä", "ö.wav"),
            ("name=a; filename=\"x.wav\"; filename*=UTF-8''%E2%82%AC.wav", "a", "€.wav"),
            ("name=a; filename*=utf-8'en'a%20b; filename=x", "a", "a b"),
            ("name*=UTF-8''n%C3%A4me; name=x", "näme", nil),
            ("name=a; filename*=KOI8-R''%C1; filename=x", "a", "x"), ("name=a; filename*=UTF-8''%C1", "a", nil),
            ("name=\"a;b\"; filename=\"c;d=e.wav\"", "a;b", "c;d=e.wav"), (";name=a;", "a", nil),
            ("name=a; filename=\"b\u{1}c\"", "a", nil),
        ] as [(String, String, String?)])
    func `Reads names`(parameters: String, name: String, filename: String?) {
        let disposition = "form-data; " + parameters
        let head = PartHead([("content-disposition", disposition)])
        #expect(head?.name == name)
        #expect(head?.filename == (parameters.contains("\u{1}") ? "bc" : filename))
    }

    @Test func `Random bodies give the same however they are cut`() {
        var random = SeededGenerator(seed: 21)
        let pieces = [
            "--XX", "\r\n", "\r", "\n", "--", "-", "XX", "X", "\r\n--XX", "\r\n--XX\r\n", "\r\n--XX--", "a", " ",
            "\u{0}",
            "Content-Disposition: form-data; name=a\r\n\r\n",
            "Content-Disposition: form-data; name=\"b\"; filename=c\r\n",
        ]
        for _ in 0..<3_000 {
            var text = Bool.random(using: &random) ? "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n" : ""
            for _ in 0..<Int.random(in: 0..<14, using: &random) { text += pieces.randomElement(using: &random)! }
            let bytes = Array(text.utf8)
            let whole = Self.read([bytes])
            var cut: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...9, using: &random))
                cut.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(Self.read(cut) == whole, "\(text.debugDescription)")
            #expect(Self.read(bytes.map { [$0] }) == whole, "\(text.debugDescription)")
        }
    }

    @Test func `Random contents come back`() {
        var random = SeededGenerator(seed: 22)
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2D, 0x58, 0x00, 0xFF]
        for _ in 0..<500 {
            let contents = (0..<3).map { _ in
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
            }
            // The boundary must not occur, and one of another letter than those does not.
            var body: [UInt8] = []
            for content in contents {
                body += Array("--QQ\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + content + [0x0D, 0x0A]
            }
            body += Array("--QQ--".utf8)
            #expect(Self.read(body.map { [$0] }, boundary: "QQ").contents == contents)
            #expect(Self.read([body], boundary: "QQ").contents == contents)
        }
    }
}
