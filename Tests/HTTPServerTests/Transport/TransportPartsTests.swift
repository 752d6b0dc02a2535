import Testing

@testable import HTTPServer

@Suite struct TransportPartsTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_826_154, "Tue, 29 Feb 2000 12:09:14 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func datesAreWrittenAsRFC9110Says(second: Int, text: String) {
        var field = DateField()
        #expect(String(decoding: field.bytes(at: second), as: UTF8.self) == text)
        #expect(field.bytes(at: second).count == 29)
    }

    @Test(arguments: [
        ("/a/b", "/a/b"), ("/%61%2Fb", "/a/b"), ("/%C3%A4", "/ä"), ("/100%", "/100%"), ("/%4", "/%4"), ("/%zz", "/%zz"),
        ("/%25%32%35", "/%25"), ("/%ff", "/\u{FFFD}"), ("/a%20b", "/a b"), ("/+", "/+"),
    ])
    func pathsAreDecodedOnce(raw: String, decoded: String) {
        #expect(PercentEncoding.decode(raw) == decoded)
    }

    @Test func requestIdentifiersDiffer() {
        let identifiers = RequestIdentifiers()
        let made = (0..<300).map { _ in identifiers.next() }
        #expect(Set(made).count == 300)
        #expect(made[0].hasSuffix("-1") && made[15].hasSuffix("-10") && made[255].hasSuffix("-100"))
        #expect(made.allSatisfy { $0.utf8.count <= 25 && $0.hasPrefix(made[0].prefix(9)) })
    }

    private static func list(_ names: String...) -> [UInt8] {
        names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }

    @Test func protocolsAreFoundInALPNLists() {
        func find(_ list: [UInt8]) -> Range<Int>? { list.withUnsafeBufferPointer { ALPN.find(ALPN.http1, in: $0) } }
        #expect(find(Self.list("http/1.1")) == 1..<9)
        #expect(find(Self.list("h2", "http/1.1")) == 4..<12)
        #expect(find(Self.list("h2", "http/1.0")) == nil)
        #expect(find([]) == nil)
        // Cut anywhere, a list is refused rather than read beyond its end.
        let whole = Self.list("spdy/3", "http/1.1")
        for end in whole.indices { #expect(find(Array(whole[..<end])) == nil) }
    }

    @Test func addressesReadAsInURLs() {
        #expect(SocketAddress(host: "127.0.0.1", port: 80).description == "127.0.0.1:80")
        #expect(SocketAddress(host: "::1", port: 80).description == "[::1]:80")
        #expect(SocketAddress(host: "127.9.9.9", port: 1).isLoopback && SocketAddress(host: "::1", port: 1).isLoopback)
        #expect(!SocketAddress(host: "0.0.0.0", port: 1).isLoopback && !SocketAddress(host: "::", port: 1).isLoopback)
    }
}
