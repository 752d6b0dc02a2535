import Foundation
import Logging
import Testing

@testable import Service

@Suite struct LogTests {
    private func event(_ message: Logger.Message) -> LogEvent {
        LogEvent(
            level: .info, message: message, metadata: nil, source: "s", file: "f", function: "g", line: 1)
    }

    /// What clients send cannot forge lines.
    @Test func textStaysOnALine() {
        let line = LineLogHandler.text("T", event("one\ntwo"), ["path": "/a\r\nb \"c\"", "n": "1"])
        #expect(line == "T info one two n=1 path=\"/a b 'c'\"\n")
    }

    @Test func jsonIsAnObjectALine() throws {
        let line = LineLogHandler.json("T", event("one\ntwo"), ["request-id": "r\"1"])
        #expect(line.filter { $0 == "\n" }.count == 1)
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object == ["time": "T", "level": "info", "message": "one\ntwo", "request-id": "r\"1"])
    }
}
