import HTTPCore
import Testing

/// Mutated cases, cut at random. The seeds are fixed, so that a failure comes again.
@Suite struct FuzzTests {
    private static let interesting: [[UInt8]] = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "0", "\r\n\r\n", "\u{7F}", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n", "HTTP/1.0", "HEAD ",
        "POST ",
        "ffffffffffffffff", "9223372036854775807", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ].map { Array($0.utf8) }

    private static let messages = ConformanceCase.load(ConformanceCase.ours).map(\.message).filter { $0.count < 3_000 }

    @Test(arguments: 1...8)
    func mutatedCases(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<1_500 {
            let bytes = Self.mutated(using: &generator)
            let manner = Loopback.Manner.allCases.randomElement(using: &generator) ?? .eager
            let whole = Self.play(bytes, [bytes.count], manner)
            let cuts = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Int.random(in: 0...bytes.count, using: &generator)
            }
            let cut = Self.play(
                bytes, cuts.sorted() + [bytes.count], manner, handsOverArrays: .random(using: &generator))
            try check(whole, "seed \(seed) round \(round)")
            try check(cut, "seed \(seed) round \(round) cut")
            // Only whether 100 (Continue) is sent, and what follows from that, depends on the pieces.
            guard !Self.mentionsExpect(bytes) else { continue }
            #expect(
                cut.events == whole.events,
                "seed \(seed) round \(round), \(manner): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private static func mentionsExpect(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).lowercased().contains("100-continue")
    }

    private func check(_ loopback: Loopback, _ name: String) throws {
        let events = loopback.events
        #expect(loopback.connection.nextDeadline == nil, "\(name) does not end")
        #expect(events.last == .close || events.last == .reset, "\(name) ends in \(String(describing: events.last))")
        let refusals = events.indices.filter { if case .refusal = events[$0] { true } else { false } }
        #expect(refusals.count <= 1, "\(name) refuses twice")
        let methods = events.compactMap { if case .request(let method, _, _) = $0 { method } else { nil } }
        if let refusal = refusals.first {
            let later = events[refusal...].contains { if case .request = $0 { true } else { false } }
            #expect(!later, "\(name) goes on behind a refusal")
        }
        // Every byte belongs to a well-formed response, and each request has one.
        let refusedHEAD = refusals.isEmpty ? [] : ["GET"]
        let read = { try ResponseReader.read(loopback.output, methods: methods + $0) }
        let finals = try (try? read(refusedHEAD)) ?? read(["HEAD"])
        #expect(finals.finals.count == methods.count + refusals.count, "\(name)")
    }

    private static func play(_ bytes: [UInt8], _ ends: [Int], _ manner: Loopback.Manner, handsOverArrays: Bool = false)
        -> Loopback
    {
        var loopback = Loopback(manner, handsOverArrays: handsOverArrays)
        var start = 0
        for end in ends {
            loopback.receive(bytes[start..<end])
            start = end
        }
        loopback.receiveEnd()
        var ticks = 0
        while ticks < 10, loopback.passTime() { ticks += 1 }
        return loopback
    }

    private static func mutated(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes += messages.randomElement(using: &generator) ?? []
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: interesting.randomElement(using: &generator) ?? [], at: place)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            default: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
            }
        }
        return bytes
    }

    /// A shell that makes mistakes: any call at any time, in any order.
    @Test(arguments: 1...8)
    func anyCallAtAnyTime(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var limits = HTTPLimits()
            limits.heldInput = Int.random(in: 0...200, using: &generator)
            limits.drainedBody = Int.random(in: 0...200, using: &generator)
            limits.heldOutput = Int.random(in: 0...500, using: &generator)
            let driver = Driver(limits)
            var hasRefused = false
            var hasClosed = false
            for _ in 0..<120 {
                switch Int.random(in: 0..<14, using: &generator) {
                case 0...3:
                    let message = Self.messages.randomElement(using: &generator) ?? []
                    driver.receive(
                        String(decoding: message.prefix(Int.random(in: 0...400, using: &generator)), as: UTF8.self),
                        handingOver: .random(using: &generator))
                case 4: driver.wantBody()
                case 5: driver.respond(length: [nil, 0, 5, -1].randomElement(using: &generator) ?? nil)
                case 6: _ = driver.send(Int.random(in: -1...6, using: &generator))
                case 7: driver.end()
                case 8: driver.wrote(Int.random(in: -1...1_000, using: &generator))
                case 9: driver.pass(Double.random(in: 0...3, using: &generator))
                case 10: driver.respond(to: HTTPParseError(status: 400, detail: "No."))
                case 11: if Int.random(in: 0..<20, using: &generator) == 0 { driver.receiveEnd() }
                case 12: if Int.random(in: 0..<20, using: &generator) == 0 { driver.drain() }
                default: if Int.random(in: 0..<40, using: &generator) == 0 { driver.abort() }
                }
                for word in driver.take() {
                    #expect(!hasClosed, "\(word) after the end")
                    if word.hasPrefix("refuse") { hasRefused = true }
                    if word.hasPrefix("dispatch") { #expect(!hasRefused) }
                    if word == "close" || word == "reset" { hasClosed = true }
                }
            }
            driver.connection.peerGone()
            _ = driver.take()
            #expect(driver.wait == nil)
        }
    }
}
