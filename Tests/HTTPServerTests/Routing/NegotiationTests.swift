import HTTPTypes
import Testing

@testable import HTTPServer

struct NegotiationTests {
    @Test(
        arguments: [
            (nil, "application/json"), ("", "application/json"), ("*/*", "application/json"),
            ("video/mp4", "video/mp4"), ("VIDEO/MP4", "video/mp4"), ("video/*", "video/mp4"),
            ("video/mp4, application/json", "application/json"),
            ("video/mp4;q=0.5, application/json;q=0.4", "video/mp4"),
            ("application/json;q=0.001, video/mp4;q=0", "application/json"), ("*/*;q=0.1, video/mp4", "video/mp4"),
            ("*/*, application/json;q=0", "video/mp4"), ("application/*;q=0.3, */*;q=0.2", "application/json"),
            ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"), ("application/json;v=1", nil),
            ("image/png", nil), ("*/*;q=0", nil), ("video/mp4;q=0", nil), ("*/mp4", "application/json"),
            ("nonsense", "application/json"), (", ,video/mp4,", "video/mp4"), ("video/mp4;q=2", "application/json"),
            ("video/mp4;q=0.1234, image/png", nil), ("video/mp4 ; q=0.7 , application/json ; q=0.6", "video/mp4"),
            ("image/png;a=\"x,video/mp4\", video/mp4", "video/mp4"), ("video/mp4;q=\"0.5\",*/*;q=0.4", "video/mp4"),
        ] as [(String?, String?)])
    func `Accept chooses among what is offered`(accept: String?, expected: String?) {
        var fields = HTTPFields()
        fields[.accept] = accept
        let request = Request.made(fields: fields)
        let chosen = try? request.preferredType(of: ["application/json", "video/mp4"])
        #expect(chosen == expected)
    }

    @Test func `An Accept that nothing meets is 406`() {
        let error = #expect(throws: HTTPError.self) {
            try Request.made(fields: [.accept: "image/png"]).preferredType(of: ["application/json"])
        }
        #expect(error?.status == .notAcceptable)
        #expect(error?.detail.contains("application/json") == true)
    }

    @Test func `A range with parameters covers the types that have them`() {
        let accepted = AcceptedTypes("text/plain;format=flowed, text/plain;q=0.5")
        #expect(accepted.best(of: ["text/plain", "text/plain;format=flowed"]) == "text/plain;format=flowed")
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip;q=0", false),
            ("*", true),
            ("*;q=0", false), ("identity;q=0", false), ("identity;q=0, *", true), ("gzip;q=0.5, identity;q=0.6", false),
            ("gzip;q=0.5, identity;q=0.5", true), ("br, deflate", false), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("gzip;q=0, *", false), ("gzip;q=x", false), ("deflate, gzip ; q=1.000", true), ("\"gzip\"", false),
        ] as [(String?, Bool)])
    func `Accept-Encoding asks for gzip`(field: String?, expected: Bool) {
        #expect(AcceptedCodings(field).prefersGzip == expected)
    }

    @Test(
        arguments: [
            ("text/plain", "text/plain", [:]), ("Text/HTML;Charset=\"utf-8\"", "text/html", ["charset": "utf-8"]),
            ("multipart/form-data; boundary=abc", "multipart/form-data", ["boundary": "abc"]),
            (
                "multipart/form-data ;boundary=\"a;b\\\"c\" ; x=y;", "multipart/form-data",
                ["boundary": "a;b\"c", "x": "y"]
            ),
            (" text/plain ", "text/plain", [:]), ("application/vnd.a+json;;v=1", "application/vnd.a+json", ["v": "1"]),
        ] as [(String, String, [String: String])])
    func `Reads media types`(field: String, essence: String, parameters: [String: String]) throws {
        let type = try #require(MediaType(field))
        #expect(type.essence == essence)
        #expect(type.parameters == parameters)
    }

    @Test(arguments: [
        "", "text", "text/", "/plain", "text/plain/x", "text/plain, text/html", "text /plain", "a/b;c", "a/b;c=",
        "a/b;c=\"d",
        "a/b;c=1;c=2", "a/b;C=1;c=1", "a/b c", "a/b;=1", "a/b;c = 1", "a/\u{e4}",
    ])
    func `Refuses what is no media type`(field: String) {
        #expect(MediaType(field) == nil)
    }

    @Test(
        arguments: [
            (nil, nil), ("wait=10", 10), ("Wait=10", 10), ("respond-async, wait=5", 5), ("wait = \"7\"", 7),
            ("wait", nil),
            ("wait=-1", nil), ("wait=1.5", nil), ("wait=99999999999999999999", Int.max), ("wait=1, wait=2", 1),
            ("foo; wait=3", nil), ("x=\"a, wait=4\", wait=6;y=z", 6),
        ] as [(String?, Int?)])
    func `Prefer says how long to wait`(field: String?, seconds: Int?) {
        var fields = HTTPFields()
        fields[.prefer] = field
        #expect(Request.made(fields: fields).preferences.wait == seconds)
    }

    @Test func `Prefer without a value`() {
        #expect(Preferences("respond-async, handling=lenient")["respond-async"] == "")
        #expect(Preferences("respond-async, handling=lenient")["handling"] == "lenient")
        #expect(Preferences("")["handling"] == nil)
    }

    @Test(arguments: [
        ("talk.mp4", "attachment; filename=\"talk.mp4\""), ("a b.mp4", "attachment; filename=\"a b.mp4\""),
        ("Grüße.mp4", "attachment; filename=\"Gr__e.mp4\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.mp4"),
        ("a\"b\\c.mp4", "attachment; filename=\"a_b_c.mp4\"; filename*=UTF-8''a%22b%5Cc.mp4"),
        ("50%.mp4", "attachment; filename=\"50_.mp4\"; filename*=UTF-8''50%25.mp4"),
        ("x\r\nSet-Cookie: a", "attachment; filename=\"x__Set-Cookie: a\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a"),
    ])
    func `Names a download`(name: String, field: String) {
        #expect(ContentDisposition.attachment(name) == field)
        #expect(ContentDisposition.inline(name) == field.replacing("attachment", with: "inline"))
    }

    @Test func `415 tells what would do`() throws {
        let request = Request.made(.post, fields: [.contentType: "text/plain; charset=utf-8"])
        let error = #expect(throws: HTTPError.self) { try request.contentType(of: ["application/json"]) }
        #expect(error?.status == .unsupportedMediaType)
        #expect(error?.fields[.accept] == "application/json")
        #expect(try request.contentType(of: ["text/plain"])[parameter: "charset"] == "utf-8")
        #expect(
            #expect(throws: HTTPError.self) { try Request.made(.post).contentType(of: ["a/b"]) }?.status
                == .unsupportedMediaType)
    }

    @Test func `Reads queries`() throws {
        let query = try QueryItems("a=1&b=x+y%20z&a=2&c&=d&%C3%A4=%26")
        #expect(query.items.map(\.name) == ["a", "b", "a", "c", "", "ä"])
        #expect(query.items.map(\.value) == ["1", "x y z", "2", "", "d", "&"])
        #expect(query["a"] == "1")
        #expect(try QueryItems(nil).items.isEmpty)
        #expect(throws: HTTPError.self) { try QueryItems("a=%f") }
        #expect(throws: HTTPError.self) { try QueryItems("a=%ff") }
        #expect(throws: HTTPError.self) { try QueryItems(Array(repeating: "a", count: 65).joined(separator: "&")) }
    }

    @Test func `Random fields neither trap nor hang`() {
        var random = SeededGenerator(seed: 5)
        let alphabet = [
            "a", "/", "*", ";", "q=", "=", "\"", "\\", ",", " ", "0.5", "gzip", "wait", "\t", "W/", "-", "9",
        ]
        for _ in 0..<20_000 {
            let field = (0..<Int.random(in: 0..<12, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            .joined()
            _ = AcceptedTypes(field).best(of: ["a/a", "text/plain"])
            _ = AcceptedCodings(field).prefersGzip
            _ = Preferences(field).wait
            _ = MediaType(field)
            _ = EntityTagList(field)
            _ = ByteRanges("bytes=" + field, length: 10)
            _ = HTTPDate.parse(field)
        }
    }
}
