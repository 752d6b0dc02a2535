import Testing

@testable import HTTPCore

/// The chunked coding (RFC 9112, 7.1).
@Suite struct ChunkedTests {
    struct Outcome: Equatable {
        var content = ""
        var trailers: [FieldBlock.Field]?
        var status: Int?
        var isComplete = false
        /// Bytes left behind the body.
        var rest = 0
    }

    private func decode(_ pieces: [ArraySlice<UInt8>], _ limits: HTTPLimits = HTTPLimits()) -> Outcome {
        var decoder = ChunkedDecoder(limits: limits)
        var content: [UInt8] = []
        var outcome = Outcome()
        for piece in pieces {
            guard outcome.status == nil, !decoder.isComplete else {
                outcome.rest += piece.count
                continue
            }
            do {
                outcome.rest +=
                    try piece.count
                    - piece.withUnsafeBytes {
                        try decoder.decode($0, into: &content, keeping: true)
                    }
            } catch {
                outcome.status = (error as? HTTPParseError)?.status
                outcome.rest = 0
            }
        }
        if outcome.status != nil { outcome.rest = 0 }
        outcome.content = String(decoding: content, as: UTF8.self)
        outcome.trailers = decoder.trailers.map(Array.init)
        outcome.isComplete = decoder.isComplete
        return outcome
    }

    /// Whole, byte by byte and at every split point.
    private func decode(_ text: String, _ limits: HTTPLimits = HTTPLimits()) -> Outcome {
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        let whole = decode([bytes[...]], limits)
        var single = decode(bytes.indices.map { bytes[$0...$0] }, limits)
        if single.status != nil { single.rest = 0 }
        #expect(single == whole, "\(text) byte by byte")
        for cut in bytes.indices {
            #expect(decode([bytes[..<cut], bytes[cut...]], limits) == whole, "\(text) at \(cut)")
        }
        return whole
    }

    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", "hello", 0), ("0\r\n\r\nGET", "", 3), ("0005\r\nhello\r\n000\r\n\r\n", "hello", 0),
        ("1\r\na\r\nA\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "a01234567890123456789", 0),
        ("5;a;b=c;d=\"e f;\\\"g\"\r\nhello\r\n0;last\r\n\r\n", "hello", 0),
        ("5;x=\"\t !#~\u{FF}\\\\\"\r\nhello\r\n0\r\n\r\n", "hello", 0),
        ("4\r\n0\r\n\r\r\n0\r\n\r\n", "0\r\n\r", 0),
    ])
    func accepted(_ text: String, content: String, rest: Int) {
        #expect(decode(text) == Outcome(content: content, isComplete: true, rest: rest))
    }

    @Test(arguments: [
        "-5\r\n", "+5\r\n", "0x5\r\n", " 5\r\n", "5 \r\n", "5\t\r\n", "5g\r\n", "\r\n", ";a\r\n", "5\n", "5\rx",
        "5\r\nhellox",
        "5\r\nhello\n", "5\r\nhello\rx", "5;\r\n", "5;=a\r\n", "5;a=\r\n", "5;a[\r\n", "5;a=\"b\r\n", "5;a\0",
        "5;a=b=c\r\n",
        "5;a=\"b\"c", "5;a=\"\\\n", "5 ;a\r\n", "5; a\r\n", "0\n", "0\r\nx\r\n", "0\r\n\n", "0\r\n\rx",
        "0\r\nA: 1\r\n 2\r\n",
        "0\r\nA : 1\r\n", "0\r\n: 1\r\n", "0\r\nA: \0", "0\r\n A: 1\r\n", "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\nhost: a\r\n\r\n",
    ])
    func refused(_ text: String) {
        #expect(decode(text).status == 400)
    }

    @Test(arguments: ["10000000000000005\r\n", "FFFFFFFFFFFFFFFB\r\n", "5\r\nhello\r\n7FFFFFFFFFFFFFFF\r\n"])
    func overflowing(_ text: String) {
        #expect(decode(text).status == 413)
    }

    @Test func trailers() {
        let outcome = decode("1\r\na\r\n0\r\nX-A: 1\r\nx-b:\r\n\r\nrest")
        #expect(outcome.trailers?.map(\.name) == ["x-a", "x-b"])
        #expect(outcome.trailers?.map(\.value) == ["1", ""])
        #expect(outcome.rest == 4)
    }

    @Test func limits() {
        var limits = HTTPLimits()
        limits.chunkLine = 10
        #expect(decode("5;abcdef\r\nhello\r\n0\r\n\r\n", limits).isComplete)
        #expect(decode("5;abcdefg\r\nhello\r\n0\r\n\r\n", limits).status == 400)
        #expect(decode("00000000000", limits).status == 400)
        limits = HTTPLimits()
        limits.chunkExtensions = 3
        #expect(decode("1;aa\r\nx\r\n0\r\n\r\n", limits).isComplete)
        #expect(decode("1;aa\r\nx\r\n1;aa\r\nx\r\n0\r\n\r\n", limits).status == 400)
        limits = HTTPLimits()
        limits.trailers = 8
        #expect(decode("0\r\nA: 1\r\n\r\n", limits).isComplete)
        #expect(decode("0\r\nA: 12\r\n\r\n", limits).status == 431)
        limits = HTTPLimits()
        limits.fields = 1
        #expect(decode("0\r\nA:1\r\nA:1\r\n\r\n", limits).status == 431)
        limits = HTTPLimits()
        limits.body = 5
        #expect(decode("5\r\nhello\r\n0\r\n\r\n", limits).isComplete)
        #expect(decode("5\r\nhello\r\n1\r\n", limits).status == 413)
    }
}
