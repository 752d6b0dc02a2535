import Foundation
import HTTPCore
import Testing

/// The conformance cases against the protocol in process, where the runner plays them against a server.
@Suite struct ConformanceTests {
    /// How a message is cut into pieces.
    enum Cut: CaseIterable, Sendable {
        case whole, bytes
        /// In two, at every point; long messages at every line end and at points all over them.
        case everywhere
    }

    @Test(arguments: ConformanceCase.load(ConformanceCase.ours), Cut.allCases)
    func ourCase(_ test: ConformanceCase, cut: Cut) {
        judge(test, cut)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: ConformanceCase.llhttp.path), "needs ../shared/conformance"),
        arguments: ConformanceCase.load(ConformanceCase.llhttp), Cut.allCases)
    func llhttpCase(_ test: ConformanceCase, cut: Cut) {
        judge(test, cut)
    }

    @Test func noCaseIsMissing() {
        #expect(ConformanceCase.load(ConformanceCase.ours).count == 347)
    }

    /// A client that sends the body only after it has seen a response that asks for it.
    @Test(arguments: ConformanceCase.load(ConformanceCase.ours).filter { $0.mayContinue && !$0.isCut })
    func waitingForContinue(_ test: ConformanceCase) throws {
        let message = test.message
        let end = try #require(message.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound)
        for manner in Loopback.Manner.allCases {
            var loopback = Loopback(manner)
            loopback.receive(message[..<end])
            #expect(!loopback.output.isEmpty, "\(test.id) \(manner): no response to the head")
            if !loopback.hasEnded { loopback.receive(message[end...] + ConformanceCase.canary) }
            let problem = Verdict.problem(test, output: loopback.output, hasEnded: loopback.hasEnded)
            #expect(problem == nil, "\(test.id) \(manner)")
        }
    }

    private func judge(_ test: ConformanceCase, _ cut: Cut) {
        let message = test.message
        let sent = test.isCut ? message : message + ConformanceCase.canary
        for manner in Loopback.Manner.allCases {
            let whole = play(sent, [], manner, isCut: test.isCut)
            for (number, points) in Self.cuts(message, cut).enumerated() {
                // Every other time in arrays that the connection may keep.
                let loopback =
                    points.isEmpty
                    ? whole : play(sent, points, manner, isCut: test.isCut, handsOverArrays: !number.isMultiple(of: 2))
                // What sees the same is judged the same. Whether 100 (Continue) is sent depends on when the body comes.
                guard points.isEmpty || loopback.events != whole.events else { continue }
                let problem = Verdict.problem(test, output: loopback.output, hasEnded: loopback.hasEnded)
                guard problem != nil || !test.mayContinue && loopback.events != whole.events else { continue }
                Issue.record(
                    """
                    \(test.id) \(manner) cut at \(points.prefix(3)): expected \(test.expect), \(problem ?? "no problem"); \
                    \(test.about ?? ""); \(loopback.events) instead of \(whole.events)
                    """)
                return
            }
        }
    }

    private func play(
        _ bytes: [UInt8], _ points: [Int], _ manner: Loopback.Manner, isCut: Bool, handsOverArrays: Bool = false
    ) -> Loopback {
        var loopback = Loopback(manner, handsOverArrays: handsOverArrays)
        for (start, end) in zip([0] + points, points + [bytes.count]) where start < end {
            loopback.receive(bytes[start..<end])
        }
        if isCut { loopback.receiveEnd() }
        return loopback
    }

    private static func cuts(_ bytes: [UInt8], _ cut: Cut) -> [[Int]] {
        guard !bytes.isEmpty else { return [[]] }
        switch cut {
        case .whole: return [[]]
        case .bytes:
            // Of a long message, the middle goes in larger pieces.
            let ends = 1200
            let start = min(ends, bytes.count)
            let end = max(start, bytes.count - ends)
            return [Array(1..<start) + Array(stride(from: start, to: end, by: 61)) + Array(end..<bytes.count)]
        case .everywhere:
            guard bytes.count > 800 else { return (1..<max(bytes.count, 2)).map { [$0] } }
            let lineEnds = bytes.indices.filter { bytes[$0] == 0x0A }.flatMap { [$0, $0 + 1] }
            let some = stride(from: 1, to: bytes.count, by: bytes.count / 20)
            return (lineEnds.prefix(20) + lineEnds.suffix(20) + some).map { [$0] }
        }
    }
}
