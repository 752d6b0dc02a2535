import Logging
import Synchronization

/// Keeps what is logged.
struct LogRecorder: LogHandler {
    final class Lines: Sendable {
        let lines = Mutex<[String]>([])
    }

    let recorded = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        recorded.lines.withLock { $0.append("\(event.level) \(event.message) \(metadata)") }
    }
}
