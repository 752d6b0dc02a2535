import HTTPCore
import Testing

/// How responses are framed, and how they end (RFC 9112, 6 and 7).
@Suite struct ResponseTests {
    /// A connection with a dispatched request.
    private func running(_ line: String = "GET /a HTTP/1.1", fields: String = "") -> Driver {
        let driver = Driver()
        driver.receive("\(line)\r\nHost: a\r\n\(fields)\r\n")
        _ = driver.take()
        return driver
    }

    @Test func headWithLength() {
        let driver = running()
        #expect(driver.respond(length: 5, fields: [("Content-Type", "text/plain"), ("X-A", "")]))
        #expect(
            driver.takeOutput() == """
                HTTP/1.1 200 OK\r
                Content-Type: text/plain\r
                X-A: \r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Length: 5\r
                \r

                """)
    }

    @Test func chunks() throws {
        let driver = running()
        #expect(driver.respond(length: nil))
        #expect(driver.takeOutput().hasSuffix("\r\nTransfer-Encoding: chunked\r\n\r\n"))
        let frame = try #require(driver.send(0x1F40))
        #expect(frame.prefix == Array("1f40\r\n".utf8))
        #expect(frame.suffix == Array("\r\n".utf8))
        driver.end(trailers: [("X-Sum", "7"), ("bad name", "1"), ("X-Bad", "a\r\nb")])
        #expect(driver.takeOutput() == "0\r\nX-Sum: 7\r\n\r\n")
        driver.receive(ConnectionTests.get)
        #expect(driver.take() == ["dispatch GET /a"])
    }

    @Test func unknownLengthToHTTP10EndsWithTheConnection() {
        let driver = running("GET /a HTTP/1.0", fields: "Connection: keep-alive\r\n")
        #expect(driver.respond(length: nil))
        let text = driver.takeOutput()
        #expect(!text.contains("Transfer-Encoding"))
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(driver.send(5)?.prefix == [])
        driver.wrote(5)
        driver.end()
        #expect(driver.take() == ["half-close"])
    }

    @Test(arguments: [("", "close"), ("Connection: keep-alive\r\n", "keep-alive")])
    func persistenceOfHTTP10(_ fields: String, _ option: String) {
        let driver = running("GET /a HTTP/1.0", fields: fields)
        driver.respond()
        #expect(driver.takeOutput().contains("\r\nConnection: \(option)\r\n"))
    }

    @Test func noContentToHEAD() {
        let driver = running("HEAD /a HTTP/1.1")
        #expect(driver.respond(length: 5) == false)
        #expect(driver.takeOutput().hasSuffix("\r\nContent-Length: 5\r\n\r\n"))
        driver.receive("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = driver.take()
        #expect(driver.respond(length: nil) == false)
        #expect(driver.takeOutput().hasSuffix("\r\nTransfer-Encoding: chunked\r\n\r\n"))
    }

    @Test(arguments: [204, 304])
    func noContentOf(_ status: Int) {
        let driver = running()
        #expect(driver.respond(status, length: 5) == false)
        let text = driver.takeOutput()
        #expect(!text.contains("Content-Length"))
        #expect(!text.contains("Transfer-Encoding"))
    }

    @Test func framingIsTheConnections() {
        let driver = running()
        driver.respond(fields: [
            ("content-length", "7"), ("Transfer-Encoding", "gzip"), ("KEEP-ALIVE", "5"), ("Upgrade", "h2c"),
            ("Date", "yesterday"), ("connection", "x-a, Close"),
        ])
        #expect(
            driver.takeOutput() == """
                HTTP/1.1 200 OK\r
                Date: yesterday\r
                Content-Length: 0\r
                Connection: close\r
                \r

                """)
    }

    @Test(arguments: [
        ("X-A", "a\r\nX-B: b"), ("X-A", "a\nb"), ("X-A", "a\0"), ("X A", "a"), ("X-A:", "a"), ("", "a"),
        ("X\r\nY", "a"),
    ])
    func nothingIsInjected(_ name: String, _ value: String) {
        let driver = running()
        #expect(driver.respond(length: 5, fields: [(name, value), ("X-Good", "1")]) == false)
        #expect(
            driver.takeOutput() == """
                HTTP/1.1 500 Internal Server Error\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test(arguments: [-1, 0, 100, 101, 199, 600, 1_000])
    func noSuchStatus(_ status: Int) {
        let driver = running()
        #expect(driver.respond(status) == false)
        #expect(driver.takeOutput().hasPrefix("HTTP/1.1 500 "))
    }

    @Test func unknownReason() {
        let driver = running()
        driver.respond(299)
        #expect(driver.takeOutput().hasPrefix("HTTP/1.1 299 \r\n"))
    }

    @Test func aSecondResponseIsIgnored() {
        let driver = running()
        #expect(driver.respond(length: 5))
        _ = driver.take()
        #expect(driver.respond(length: 5) == false)
        #expect(driver.take() == [])
    }

    @Test func tooMuchContentCuts() {
        let driver = running()
        #expect(driver.respond(length: 5))
        _ = driver.takeOutput()
        #expect(driver.send(6) == nil)
        #expect(driver.take() == ["half-close"])
    }

    @Test func tooLittleContentCuts() {
        let driver = running()
        #expect(driver.respond(length: 5))
        _ = driver.takeOutput()
        #expect(driver.send(4) != nil)
        driver.end()
        #expect(driver.take() == [])
        driver.wrote(4)
        #expect(driver.take() == ["half-close"])
    }

    @Test func abortedChunksHaveNoLastOne() {
        let driver = running()
        #expect(driver.respond(length: nil))
        _ = driver.takeOutput()
        driver.abort()
        #expect(driver.take() == ["half-close"])
        driver.end()
        #expect(driver.take() == [])
    }

    @Test func abortedContentUntilCloseIsReset() {
        let driver = running("GET /a HTTP/1.0")
        #expect(driver.respond(length: nil))
        _ = driver.takeOutput()
        driver.abort()
        #expect(driver.take() == ["reset"])
    }

    @Test func abortedBeforeItBegan() {
        let driver = running()
        driver.abort()
        #expect(driver.take() == ["half-close"])
        #expect(driver.respond() == false)
    }

    @Test func hugeCountsDoNotTrap() {
        let driver = running()
        #expect(driver.respond(length: .max))
        #expect(driver.send(.max) != nil)
        driver.wrote(.max)
        driver.end()
        let chunked = running()
        #expect(chunked.respond(length: nil))
        #expect(chunked.send(.max)?.prefix == Array("7fffffffffffffff\r\n".utf8))
        #expect(chunked.send(.max) != nil)
        #expect(chunked.send(0) == nil)
        #expect(chunked.send(-1) == nil)
    }
}
