import HTTPCore
import Testing

/// How long everything may take; the clock is the test's.
@Suite struct TimeoutTests {
    @Test func anIdleConnectionCloses() {
        let driver = Driver()
        #expect(driver.wait == 60)
        driver.pass(59)
        #expect(driver.take() == [])
        driver.pass(1)
        #expect(driver.take() == ["half-close"])
        #expect(driver.wait == 2)
        driver.pass(2)
        #expect(driver.take() == ["close"])
        #expect(driver.wait == nil)
    }

    @Test func aHeadHasTenSecondsFromItsFirstByte() {
        let driver = Driver()
        driver.pass(50)
        driver.receive("G")
        #expect(driver.wait == 10)
        for _ in 0..<9 {
            driver.pass(1)
            driver.receive("E")
        }
        #expect(driver.wait == 1)
        #expect(driver.take() == [])
        driver.pass(1)
        #expect(driver.take() == ["refuse 408"])
        driver.respond(to: HTTPParseError(status: 408, detail: "Slow."))
        #expect(driver.takeOutput().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test func anEmptyLineBeginsNoHead() {
        let driver = Driver()
        driver.receive("\r\n")
        #expect(driver.wait == 60)
    }

    @Test func aRunningRequestHasNoDeadline() {
        let driver = Driver()
        driver.receive(ConnectionTests.get)
        _ = driver.take()
        #expect(driver.wait == nil)
        driver.pass(100_000)
        #expect(driver.take() == [])
        driver.respond()
        _ = driver.takeOutput()
        #expect(driver.wait == 60)
    }

    @Test func aBodyIsTimedOnlyWhileItIsWaitedFor() {
        let driver = Driver()
        driver.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        _ = driver.take()
        #expect(driver.wait == nil)
        driver.pass(1_000)
        driver.wantBody()
        #expect(driver.wait == 10)
        driver.pass(4)
        driver.receive(String(repeating: "x", count: 1_024))
        _ = driver.take()
        #expect(driver.wait == nil)
        driver.pass(1_000)
        driver.wantBody()
        // Four seconds waited, one earned by 1,024 bytes.
        #expect(abs((driver.wait ?? 0) - 7) < 0.001)
        driver.pass(7.001)
        #expect(driver.take() == ["failed 408"])
        driver.respond(408)
        #expect(driver.takeOutput().contains("\r\nConnection: close\r\n"))
    }

    @Test func aFastStartEarnsNoLongPause() {
        let driver = Driver()
        driver.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
        _ = driver.take()
        driver.wantBody()
        driver.receive(String(repeating: "x", count: 1_000_000))
        _ = driver.take()
        driver.wantBody()
        #expect(driver.wait == 10)
    }

    @Test func aSlowUnreadBodyCloses() {
        let driver = Driver()
        driver.receive(ConnectionTests.post)
        _ = driver.take()
        driver.respond()
        _ = driver.takeOutput()
        #expect(driver.wait == 10)
        driver.pass(10)
        #expect(driver.take() == ["half-close"])
    }

    @Test func aStalledWriteIsCut() {
        let driver = Driver()
        driver.receive(ConnectionTests.get)
        _ = driver.take()
        #expect(driver.respond(length: 100))
        _ = driver.take()
        _ = driver.send(100)
        #expect(driver.wait == 30)
        driver.pass(29)
        driver.wrote(1)
        #expect(driver.wait == 30)
        driver.wrote(0)
        driver.pass(30)
        #expect(driver.take() == ["cancel", "reset"])
    }

    @Test func aStalledLastWriteIsCutToo() {
        let driver = Driver()
        driver.receive("nonsense\r\n\r\n")
        _ = driver.take()
        driver.respond(to: HTTPParseError(status: 400, detail: "No."))
        #expect(driver.take().count == 2)
        #expect(driver.wait == 30)
        driver.pass(30)
        #expect(driver.take() == ["reset"])
    }

    @Test func idlenessBeginsWhenTheAnswerIsOut() {
        let driver = Driver()
        driver.receive(ConnectionTests.get)
        _ = driver.take()
        driver.respond()
        _ = driver.take()
        for _ in 0..<4 {
            driver.pass(20)
            driver.wrote(1)
        }
        driver.wrote(10_000)
        #expect(driver.take() == [])
        #expect(driver.wait == 60)
    }

    @Test func oddTimeoutsDoNotTrap() {
        var timeouts = HTTPTimeouts()
        timeouts.idle = .seconds(Int64.max)
        timeouts.head = .zero
        timeouts.minimumBodyRate = 0
        let driver = Driver(HTTPLimits(), timeouts)
        driver.receive("G")
        driver.pass(1)
        #expect(driver.take() == ["refuse 408"])
    }
}
