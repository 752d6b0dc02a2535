import Testing

@testable import HTTPCore

/// What a head says, and what is refused, rule by rule.
@Suite struct RequestHeadTests {
    private static let host = "Host: a.example\r\n"

    // MARK: Request line: RFC 9112, 3

    @Test(arguments: [
        ("GET / HTTP/1.1", "GET"), ("get / HTTP/1.1", "get"), ("\r\nGET / HTTP/1.1", "GET"),
        ("!#$%&'*+-.^_`|~09aZ / HTTP/1.1", "!#$%&'*+-.^_`|~09aZ"), ("HEAD / HTTP/1.0", "HEAD"),
    ])
    func requestLine(_ line: String, method: String) throws {
        let head = try #require(try parse("\(line)\r\n\(Self.host)\r\n"))
        #expect(head.method == method)
        #expect(head.isHTTP10 == line.hasSuffix("1.0"))
        #expect(head.isHEAD == (method == "HEAD"))
    }

    @Test(arguments: [
        ("\r\n\r\nGET / HTTP/1.1", 400), ("\nGET / HTTP/1.1", 400), ("\rGET / HTTP/1.1", 400),
        (" GET / HTTP/1.1", 400), ("GET  / HTTP/1.1", 400), ("GET /  HTTP/1.1", 400), ("GET / HTTP/1.1 ", 400),
        ("GET\t/ HTTP/1.1", 400), ("GET /", 400), ("GET", 400), ("GE@T / HTTP/1.1", 400), ("G\0T / HTTP/1.1", 400),
        ("GET / HTTP/1.1\r", 400), ("GET / http/1.1", 400), ("GET / HTTP/1,1", 400), ("GET / HTTP/1.10", 400),
        ("GET / HTTP/01.1", 400), ("GET / HTTP/1", 400), ("GET / HTTP/1.x", 400), ("GET / HTTPS/1.1", 400),
        ("GET / HTTP/1.2", 505), ("GET / HTTP/2.0", 505), ("GET / HTTP/0.9", 505), ("GET / HTTP/9.9", 505),
        ("PRI * HTTP/2.0", 505), ("CONNECT a.example:443 HTTP/1.1", 501),
    ])
    func noRequestLine(_ line: String, status: Int) {
        #expect(refusal("\(line)\r\n\(Self.host)\r\n") == status)
    }

    // MARK: Target: RFC 9112, 3.2

    @Test(arguments: [
        ("GET", "/", "/", nil, "a.example"),
        ("GET", "/a/b%20c?d=e&f=?", "/a/b%20c", "d=e&f=?", "a.example"),
        ("GET", "/a?", "/a", "", "a.example"),
        ("GET", "//a", "//a", nil, "a.example"),
        ("GET", "/a:b@c[]\"<>\\^`{|}", "/a:b@c[]\"<>\\^`{|}", nil, "a.example"),
        ("OPTIONS", "*", "*", nil, "a.example"),
        ("GET", "http://b.example:81/c?d", "/c", "d", "b.example:81"),
        ("GET", "HTTPS://b.example", "/", nil, "b.example"),
        ("GET", "http://[::1]:80?a/b", "/", "a/b", "[::1]:80"),
    ])
    func target(_ method: String, _ target: String, path: String, query: String?, authority: String) throws {
        let head = try #require(try parse("\(method) \(target) HTTP/1.1\r\n\(Self.host)\r\n"))
        #expect(head.target == target)
        #expect(head.path == path)
        #expect(head.query == query)
        #expect(head.authority == authority)
        #expect(head.form == (target == "*" ? .asterisk : target.hasPrefix("/") ? .origin : .absolute))
    }

    @Test(arguments: [
        "*", "a", "?a", "a.example:80", "#", "/#a", "/\u{1}", "/\u{7F}", "/\u{E9}", "/\0", "/\r", "http:/a", "http://",
        "http:///a", "http://?a", "http://u@a/", "http://a:x/", "http://a:99999/", "ftp://a/", "https://", "http",
    ])
    func noTarget(_ target: String) {
        #expect(refusal("GET \(target) HTTP/1.1\r\n\(Self.host)\r\n") == 400)
    }

    // MARK: Fields: RFC 9112, 5; RFC 9110, 5

    @Test func fields() throws {
        let text =
            "GET / HTTP/1.1\r\nHOST: a\r\nX-A:1\r\nx-a: \t 2 \t \r\nX-Empty:\r\nX-Tab: a\tb\r\nX-High: \u{C3}\u{A9}\r\n\r\n"
        let head = try #require(try parse(text))
        #expect(head.fields.map(\.name) == ["host", "x-a", "x-a", "x-empty", "x-tab", "x-high"])
        #expect(head.fields.map(\.value) == ["a", "1", "2", "", "a\tb", "\u{E9}"])
        #expect(head.value(of: "x-a") == "1")
        #expect(head.fields.values(of: "x-a") == "1, 2")
        #expect(head.value(of: "x-empty")?.isEmpty == true)
        #expect(head.value(of: "x-b") == nil)
        #expect(head.fields.values(of: "x-b") == nil)
        #expect(head.fields.index(of: "x-a", from: 2) == 2)
        #expect(Array(head.fields.valueBytes(at: 5)) == [0xC3, 0xA9])
    }

    @Test(arguments: [
        "X-A : 1", "X-A\t: 1", " X-A: 1", "X-A: 1\r\n 2", "X-A: 1\r\n\t2", ": 1", "X-A", "X@A: 1", "X\u{E9}: 1",
        "X\0: 1",
        "X-A: \0", "X-A: a\rb", "X-A: a\nb", "X-A: \u{7}", "X-A: \u{7F}", "X-A: 1234567\u{1}", "X-A: 12345678\u{7F}9",
        "X-A: 1\n",
        "X-A: 1\r", "\r",
    ])
    func noField(_ line: String) {
        #expect(refusal("GET / HTTP/1.1\r\n\(Self.host)\(line)\r\n\r\n") == 400)
    }

    @Test func everyByteOfAValue() {
        for byte in UInt8.min...UInt8.max {
            for length in 0...9 {
                let text = Array("GET / HTTP/1.1\r\n\(Self.host)X-A: x".utf8) + [UInt8](repeating: 0x78, count: length)
                let isTaken = (try? parse(text + [byte, 0x78] + Array("\r\n\r\n".utf8))) != nil
                #expect(isTaken == (byte == 9 || byte >= 0x20 && byte != 0x7F), "byte \(byte) behind \(length)")
            }
        }
    }

    @Test func everyByteOfAName() {
        for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: ":") {
            let text = Array("GET / HTTP/1.1\r\n\(Self.host)X".utf8) + [byte] + Array("Y: 1\r\n\r\n".utf8)
            #expect(((try? parse(text)) != nil) == ResponseReader.isToken(byte), "byte \(byte)")
        }
    }

    // MARK: Host: RFC 9112, 3.2

    @Test(arguments: [
        "a", "A.example.", "my_host-1", "127.0.0.1:8080", "a:", "a:65535", "[::1]", "[::1]:80", "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]", "[::]", "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:1.2.3.4]", "a%20b", "a,b", "%41",
    ])
    func validHost(_ host: String) throws {
        #expect(try parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")?.authority == host)
    }

    @Test(arguments: [
        "", ":80", "u@a", "a/b", "a?b", "a#b", "http://a", "a:b", "a:+1", "a:1:2", "a:65536", "a:99999999999999999999",
        "a b", "a\\b", "[::1", "::1", "[]", "[:]", "[:::]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7]", "[12345::]",
        "[::1::]",
        "[1:2:3:4:5:6:7:8::]", "[::1]x", "[zz]", "[1:]", "[:1]", "[::1.2.3]", "[::1.2.3.256]", "[::01.2.3.4]",
        "[::1.2.3.4:5]",
        "[1:2:3:4:5:6:7:1.2.3.4]", "[fe80::1%25eth0]", "[v1.a]", "a%2", "a%zz", "\u{E9}", "[::1]80", "a]",
    ])
    func invalidHost(_ host: String) {
        #expect(refusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == 400)
    }

    @Test func everyByteOfAHost() {
        let marks = Array("-._~!$&'()*+,;=".utf8)
        for byte in UInt8.min...UInt8.max where byte != 0x3A && byte != 0x25 {
            let text = Array("GET / HTTP/1.1\r\nHost: a".utf8) + [byte] + Array("b\r\n\r\n".utf8)
            let isAlphanumeric = ResponseReader.isToken(byte) && !"!#$%&'*+-.^_`|~".utf8.contains(byte)
            #expect(((try? parse(text)) != nil) == (isAlphanumeric || marks.contains(byte)), "byte \(byte)")
        }
    }

    @Test func numberOfHosts() throws {
        #expect(refusal("GET / HTTP/1.1\r\n\r\n") == 400)
        #expect(refusal("GET http://a/ HTTP/1.1\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.0\r\nHost: a/\r\n\r\n") == 400)
        #expect(try parse("GET / HTTP/1.0\r\n\r\n")?.authority == nil)
        #expect(try parse("GET / HTTP/1.0\r\nHost:\r\n\r\n")?.authority == "")
    }

    // MARK: Framing: RFC 9112, 6

    @Test(
        arguments: [
            ("", .none), ("Content-Length: 0\r\n", .none), ("Content-Length: 5\r\n", .length(5)),
            ("CONTENT-LENGTH:\t00012 \r\n", .length(12)), ("Transfer-Encoding: chunked\r\n", .chunked),
            ("transfer-encoding: CHUNKED \r\n", .chunked), ("Content_Length: 5\r\nTE: chunked\r\n", .none),
        ] as [(String, RequestHead.Framing)])
    func framing(_ fields: String, framing: RequestHead.Framing) throws {
        #expect(try parse("POST / HTTP/1.1\r\n\(Self.host)\(fields)\r\n")?.framing == framing)
    }

    @Test(arguments: [
        ("Content-Length: 5\r\nContent-Length: 5\r\n", 400), ("Content-Length: 5, 5\r\n", 400),
        ("Content-Length: +5\r\n", 400), ("Content-Length: -5\r\n", 400), ("Content-Length: 0x5\r\n", 400),
        ("Content-Length:\r\n", 400), ("Content-Length: 5 5\r\n", 400),
        ("Content-Length: 9223372036854775808\r\n", 413),
        ("Content-Length: 99999999999999999999999\r\n", 413), ("Content-Length: 9223372036854775807\r\n", 413),
        ("Content-Length: 999999999999999x\r\n", 400), ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n", 400), ("Transfer-Encoding: gzip\r\n", 501),
        ("Transfer-Encoding: gzip, chunked\r\n", 501), ("Transfer-Encoding: chunked, chunked\r\n", 501),
        ("Transfer-Encoding:\r\n", 501), ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    ])
    func noFraming(_ fields: String, status: Int) {
        #expect(refusal("POST / HTTP/1.1\r\n\(Self.host)\(fields)\r\n") == status)
    }

    @Test func noTransferEncodingOnHTTP10() {
        #expect(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "connection: x ,,\tCLOSE , y\r\n", false),
        ("1.1", "Connection: x\r\nConnection: close\r\n", false), ("1.1", "Connection: keep-alive, close\r\n", false),
        ("1.1", "Connection: closed, x-close\r\n", true), ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func persistence(_ version: String, _ fields: String, persists: Bool) throws {
        #expect(try parse("GET / HTTP/\(version)\r\n\(Self.host)\(fields)\r\n")?.keepAlive == persists)
    }

    // MARK: Limits

    @Test func requestLineLimit() {
        var limits = HTTPLimits()
        limits.requestLine = 20
        #expect(refusal("GET /12345 HTTP/1.1\r\n\(Self.host)\r\n", limits: limits) == 414)
        #expect(refusal("GET /1234 HTTP/1.1\r\n\(Self.host)\r\n", limits: limits) == nil)
        #expect(refusal("GET /1234567890123456", limits: limits) == 414)
    }

    @Test func headLimit() {
        var limits = HTTPLimits()
        let text = "GET / HTTP/1.1\r\n\(Self.host)\r\n"
        limits.head = text.utf8.count
        #expect(refusal(text, limits: limits) == nil)
        limits.head -= 1
        #expect(refusal(text, limits: limits) == 431)
        limits.head = 10
        for cut in 1..<text.utf8.count {
            let driver = Driver(limits)
            driver.receive(String(text.prefix(cut)))
            driver.receive(String(text.dropFirst(cut)))
            #expect(driver.take() == ["refuse 414"])
        }
    }

    @Test func fieldLimit() {
        var limits = HTTPLimits()
        limits.fields = 2
        #expect(refusal("GET / HTTP/1.1\r\n\(Self.host)A: 1\r\n\r\n", limits: limits) == nil)
        #expect(refusal("GET / HTTP/1.1\r\n\(Self.host)A: 1\r\nB: 2\r\n\r\n", limits: limits) == 431)
    }

    @Test func bodyLimit() {
        var limits = HTTPLimits()
        limits.body = 5
        #expect(refusal("POST / HTTP/1.1\r\n\(Self.host)Content-Length: 5\r\n\r\n", limits: limits) == nil)
        #expect(refusal("POST / HTTP/1.1\r\n\(Self.host)Content-Length: 6\r\n\r\n", limits: limits) == 413)
    }

    /// Were every piece to cost a look at all that came before, 8 MiB of head would take minutes.
    @Test(.timeLimit(.minutes(1)))
    func aHeadByteByByteIsNotQuadratic() {
        var limits = HTTPLimits()
        limits.head = 1 << 30
        var parser = RequestParser(settings: HTTPSettings(limits: limits))
        let start = Array("GET / HTTP/1.1\r\n\(Self.host)X-A: ".utf8)
        let piece: [UInt8] = [0x78]
        start.withUnsafeBytes { bytes in _ = try? parser.parse(bytes) }
        for _ in 0..<(1 << 20) { piece.withUnsafeBytes { bytes in _ = try? parser.parse(bytes) } }
        let end = Array("\r\n\r\n".utf8)
        let head = end.withUnsafeBytes { bytes in try? parser.parse(bytes).head }
        #expect(head?.value(of: "x-a")?.utf8.count == 1 << 20)
    }
}
