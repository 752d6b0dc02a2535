import HTTPCore
import Testing

/// What follows what on a connection.
@Suite struct ConnectionTests {
    static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    static let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    static let chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let waiting = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

    @Test func requestsAreDispatchedOneAtATime() {
        let driver = Driver()
        driver.receive(Self.get + "GET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c")
        #expect(driver.take() == ["dispatch GET /a"])
        #expect(driver.respond() == false)
        #expect(driver.take().last == "dispatch GET /b")
        driver.respond()
        #expect(driver.take().contains("dispatch") == false)
        driver.receive(" HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.take() == ["dispatch GET /c"])
    }

    @Test func pipelinedBytesAreBounded() {
        var limits = HTTPLimits()
        limits.heldInput = 100
        let driver = Driver(limits)
        driver.receive(Self.get)
        _ = driver.take()
        driver.receive(String(repeating: Self.get, count: 4))
        #expect(driver.take() == ["pause"])
        driver.respond()
        let actions = driver.take()
        #expect(actions.last == "resume")
        #expect(actions.contains("dispatch GET /a"))
    }

    @Test func answersThatNobodyReadsHoldUpTheNextRequest() {
        var limits = HTTPLimits()
        limits.heldOutput = 1_000
        let driver = Driver(limits)
        driver.receive(Self.get + Self.get)
        #expect(driver.take() == ["dispatch GET /a"])
        #expect(driver.respond(length: 2_000))
        _ = driver.take()
        #expect(driver.send(2_000) != nil)
        driver.end()
        #expect(driver.take() == [])
        driver.wrote(1_500)
        #expect(driver.take() == ["dispatch GET /a"])
    }

    @Test func bodyComesAsItIsAskedFor() {
        let driver = Driver()
        driver.receive(Self.post + "he")
        #expect(driver.take() == ["dispatch POST /a"])
        driver.wantBody()
        #expect(driver.take() == ["body he"])
        driver.receive("l")
        driver.receive("l")
        #expect(driver.take() == [])
        driver.wantBody()
        driver.wantBody()
        #expect(driver.take() == ["body ll"])
        driver.wantBody()
        driver.receive("oGET")
        #expect(driver.take() == ["body o", "end"])
        driver.respond()
        #expect(driver.take().count == 1)
        driver.receive(" /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.take() == ["dispatch GET /b"])
    }

    /// Whether in arrays or not, asked for before or after it came: the same content, cut in the same places.
    @Test(arguments: [false, true], [false, true])
    func contentInArraysIsHandedOn(asksFirst: Bool, handingOver: Bool) {
        for first in 1..<5 {
            let (begin, rest) = (String("hello".prefix(first)), String("hello".dropFirst(first)))
            let driver = Driver()
            driver.receive(Self.post + begin)
            _ = driver.take()
            driver.wantBody()
            #expect(driver.take() == ["body \(begin)"])
            #expect(driver.connection.awaitsContent(rest.utf8.count))
            #expect(!driver.connection.awaitsContent(rest.utf8.count + 1))
            if asksFirst { driver.wantBody() }
            driver.receive(rest, handingOver: handingOver)
            #expect(!driver.connection.awaitsContent(1))
            if !asksFirst { driver.wantBody() }
            #expect(driver.take() == ["body \(rest)", "end"])
        }
    }

    @Test func anArrayIsTheContentItself() throws {
        let driver = Driver()
        driver.receive(Self.post)
        _ = driver.take()
        driver.wantBody()
        let bytes = Array("hello".utf8)
        driver.connection.received(bytes, now: MonotonicTime(nanoseconds: 0))
        guard case .body(let piece)? = driver.connection.nextAction() else {
            Issue.record("there is no content")
            return
        }
        #expect(piece.withUnsafeBytes { $0.baseAddress } == bytes.withUnsafeBytes { $0.baseAddress })
    }

    /// An array may hold more than content, and what is not known by its length is decoded.
    @Test func arraysOfAnythingAreUnderstood() {
        let driver = Driver()
        driver.receive(Self.post, handingOver: true)
        driver.wantBody()
        driver.receive("hello" + Self.chunked, handingOver: true)
        #expect(driver.take() == ["dispatch POST /a", "body hello", "end"])
        driver.respond()
        driver.wantBody()
        #expect(driver.take().last == "dispatch POST /a")
        #expect(!driver.connection.awaitsContent(1))
        driver.receive("3\r\nabc\r\n0\r\n\r\n", handingOver: true)
        #expect(driver.take() == ["body abc", "end"])
    }

    @Test func aBodyThatIsNotThereEndsWhenAskedFor() {
        let driver = Driver()
        driver.receive(Self.get)
        _ = driver.take()
        driver.wantBody()
        #expect(driver.take() == ["end"])
        driver.wantBody()
        #expect(driver.take() == [])
    }

    @Test func chunksInOnePieceAreOnePiece() {
        let driver = Driver()
        driver.receive(Self.chunked + "2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX-Sum: 7\r\n\r\n" + Self.get)
        _ = driver.take()
        driver.wantBody()
        #expect(driver.take() == ["body hello", "end x-sum=7"])
    }

    @Test func readingPausesWhileTheApplicationDoesNotRead() {
        var limits = HTTPLimits()
        limits.heldInput = 4
        let driver = Driver(limits)
        driver.receive(Self.post)
        #expect(driver.take() == ["dispatch POST /a"])
        driver.receive("hell")
        #expect(driver.take() == ["pause"])
        driver.wantBody()
        #expect(driver.take() == ["body hell", "resume"])
    }

    // MARK: Unread bodies

    @Test func anUnreadBodyIsDrained() {
        let driver = Driver()
        driver.receive(Self.post + "he")
        _ = driver.take()
        driver.respond(404)
        #expect(driver.take().count == 1)
        driver.receive("llo" + Self.get)
        #expect(driver.take() == ["dispatch GET /a"])
    }

    @Test func tooLongAnUnreadBodyCostsTheConnection() {
        var limits = HTTPLimits()
        limits.drainedBody = 4
        let driver = Driver(limits)
        driver.receive(Self.post)
        _ = driver.take()
        driver.respond(404)
        #expect(driver.takeOutput().contains("\r\nConnection: close\r\n"))
        #expect(driver.connection.nextDeadline != nil)

        let chunked = Driver(limits)
        chunked.receive(Self.chunked)
        _ = chunked.take()
        chunked.respond(404)
        #expect(!chunked.takeOutput().contains("Connection: close"))
        chunked.receive("5\r\nhello\r\n")
        #expect(chunked.take() == ["half-close"])
        chunked.receive("5\r\nhello\r\n")
        chunked.receiveEnd()
        #expect(chunked.take() == ["close"])
    }

    @Test func aMalformedUnreadBodyJustCloses() {
        let driver = Driver()
        driver.receive(Self.chunked + "x")
        _ = driver.take()
        driver.respond(404)
        let length = driver.takeOutput().utf8.count
        #expect(length > 0)
        #expect(driver.take() == [])
        driver.receive(Self.get)
        driver.pass(2)
        #expect(driver.take() == ["close"])
    }

    @Test func contentOfGETIsDroppedFirst() {
        let driver = Driver()
        driver.receive("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
        #expect(driver.take() == [])
        #expect(!driver.connection.isIdle)
        driver.receive("lo")
        #expect(driver.take() == ["dispatch GET /a"])
        driver.wantBody()
        #expect(driver.take() == ["end"])
    }

    // MARK: Errors

    @Test func aRefusalIsTheLastThingSaid() throws {
        let driver = Driver()
        driver.receive(Self.get + "nonsense\r\n\r\n" + Self.get)
        #expect(driver.take() == ["dispatch GET /a"])
        driver.respond()
        #expect(driver.take().last == "refuse 400")
        driver.wrote(1_000_000)
        driver.respond(to: HTTPParseError(status: 400, detail: "No."))
        let text = driver.takeOutput()
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(text.hasSuffix(#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"No."}"# + "\n"))
        driver.receive(Self.get)
        #expect(driver.take() == [])
        driver.pass(2)
        #expect(driver.take() == ["close"])
        driver.receive(Self.get)
        #expect(driver.take() == [])
    }

    @Test func aBodyErrorGoesToItsReader() {
        let driver = Driver()
        driver.receive(Self.chunked + "5\r\nhelloxx" + Self.get)
        _ = driver.take()
        driver.wantBody()
        #expect(driver.take() == ["body hello", "failed 400"])
        driver.respond(400)
        #expect(driver.takeOutput().contains("\r\nConnection: close\r\n"))
        driver.receive(Self.get)
        #expect(driver.take() == [])
    }

    @Test func aBodyCutShortFails() {
        let driver = Driver()
        driver.receive(Self.post + "he")
        _ = driver.take()
        driver.receiveEnd()
        #expect(driver.take() == [])
        driver.wantBody()
        #expect(driver.take() == ["body he", "failed 400"])
        driver.respond(400)
        _ = driver.takeOutput()
        #expect(driver.connection.nextDeadline == nil)
    }

    @Test func aClientThatOnlySendsItsEndIsStillAnswered() {
        let driver = Driver()
        driver.receive(Self.get)
        driver.receiveEnd()
        #expect(driver.take() == ["dispatch GET /a"])
        driver.respond()
        let text = driver.take()
        #expect(text.count == 1)
        driver.wrote(10_000)
        #expect(driver.take() == ["close"])
    }

    @Test func anIncompleteHeadIsNotAnswered() {
        let driver = Driver()
        driver.receive("GET /a HT")
        driver.receiveEnd()
        #expect(driver.take() == ["close"])
    }

    @Test func whenTheClientIsGoneTheRequestIsCanceled() {
        let driver = Driver()
        driver.receive(Self.post)
        _ = driver.take()
        driver.connection.peerGone()
        #expect(driver.take() == ["cancel", "close"])
        #expect(driver.respond(length: 5) == false)
        #expect(driver.send(5) == nil)
        driver.end()
        driver.abort()
        driver.drain()
        driver.connection.peerGone()
        #expect(driver.take() == [])
        #expect(driver.wait == nil)

        let idle = Driver()
        idle.connection.peerGone()
        #expect(idle.take() == ["close"])
    }

    // MARK: 100 (Continue): RFC 9110, 10.1.1

    @Test func continueGoesOutWithTheFirstAsking() {
        let driver = Driver()
        driver.receive(Self.waiting)
        #expect(driver.take() == ["dispatch POST /a"])
        driver.wantBody()
        #expect(driver.takeOutput() == "HTTP/1.1 100 Continue\r\n\r\n")
        driver.receive("hel")
        driver.wantBody()
        driver.receive("lo")
        #expect(driver.take() == ["body hel", "body lo", "end"])
        driver.respond()
        #expect(!driver.takeOutput().contains("close"))
    }

    @Test func noContinueWhereContentHasCome() {
        let driver = Driver()
        driver.receive(Self.waiting + "h")
        _ = driver.take()
        driver.wantBody()
        #expect(driver.take() == ["body h"])
        driver.wantBody()
        #expect(driver.take() == [])
    }

    @Test func aFinalStatusInsteadOfContinueCloses() {
        let driver = Driver()
        driver.receive(Self.waiting)
        _ = driver.take()
        driver.respond(413)
        let text = driver.takeOutput()
        #expect(text.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test(arguments: [
        "POST /a HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: wonders\r\n\r\n",
    ])
    func noContinueWhereNoneIsDue(_ request: String) {
        let driver = Driver()
        driver.receive(request)
        _ = driver.take()
        driver.wantBody()
        #expect(driver.takeOutput().isEmpty)
    }

    @Test func continueToGET() {
        let driver = Driver()
        driver.receive("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(driver.takeOutput() == "HTTP/1.1 100 Continue\r\n\r\n")
        driver.receive("hello")
        #expect(driver.take() == ["dispatch GET /a"])
    }

    // MARK: Draining

    @Test func drainingClosesWhatIsIdle() {
        let driver = Driver()
        driver.drain()
        #expect(driver.take() == ["half-close"])
        driver.receiveEnd()
        #expect(driver.take() == ["close"])
    }

    @Test func drainingFinishesWhatRuns() {
        let driver = Driver()
        driver.receive(Self.get + Self.get)
        _ = driver.take()
        driver.drain()
        #expect(driver.take() == [])
        driver.respond()
        #expect(driver.takeOutput().contains("\r\nConnection: close\r\n"))
        driver.pass(2)
        #expect(driver.take() == ["close"])
    }

    @Test func drainingFinishesWhatIsBeingSent() {
        let driver = Driver()
        driver.receive(Self.get)
        _ = driver.take()
        #expect(driver.respond(length: 5))
        driver.drain()
        #expect(driver.send(5)?.prefix == [])
        driver.end()
        #expect(driver.take().count == 1)
        driver.wrote(100_000)
        #expect(driver.take() == ["half-close"])
    }

    @Test func drainingAnswersARequestThatHasBegun() {
        let driver = Driver()
        driver.receive("GET /a HT")
        driver.drain()
        #expect(driver.take() == [])
        driver.receive("TP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.take() == ["dispatch GET /a"])
        driver.respond()
        #expect(driver.takeOutput().contains("\r\nConnection: close\r\n"))
    }
}
