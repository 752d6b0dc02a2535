import Foundation
import Logging

/// Writes a line to standard error for every event, as text for a person or as JSON for a collector.
struct LineLogHandler: LogHandler {
    let label: String
    let format: ServiceSettings.LogFormat
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { _, new in new }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        if let error = event.error { fields["error"] = "\(error)" }
        let time = Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        let line =
            switch format {
            case .text: Self.text(time, event, fields)
            case .json: Self.json(time, event, fields)
            }
        // One write a line, so that lines of several threads do not mix.
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    static func text(_ time: String, _ event: LogEvent, _ fields: Logger.Metadata) -> String {
        let pairs = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.word("\($0.value)"))" }.joined()
        return "\(time) \(event.level.rawValue) \(oneLine("\(event.message)"))\(pairs)\n"
    }

    static func json(_ time: String, _ event: LogEvent, _ fields: Logger.Metadata) -> String {
        var object: [String: String] = fields.mapValues { "\($0)" }
        object["time"] = time
        object["level"] = event.level.rawValue
        object["message"] = "\(event.message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(object)) ?? Data("{}".utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// What a client sent must not look like lines of ours.
    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
    }

    private static func word(_ text: String) -> String {
        let line = oneLine(text)
        return line.contains(" ") || line.contains("\"") ? "\"\(line.replacing("\"", with: "'"))\"" : line
    }
}
