import FlyingSocks

/// Writes what the other two servers' loggers write, too: warnings and worse. FlyingFox's own logger has no level and
/// prints several lines for each request.
struct WarningLogger: Logging {
    func logDebug(_ debug: @autoclosure () -> String) {}

    func logInfo(_ info: @autoclosure () -> String) {}

    func logWarning(_ warning: @autoclosure () -> String) { write("warning", warning()) }

    func logError(_ error: @autoclosure () -> String) { write("error", error()) }

    func logCritical(_ critical: @autoclosure () -> String) { write("critical", critical()) }

    private func write(_ level: String, _ message: String) {
        Swift.print("\(level) FlyingFoxServer: \(message)")
    }
}
