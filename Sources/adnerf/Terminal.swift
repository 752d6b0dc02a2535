import Foundation
import Media

/// Standard error, as a person or a log sees it.
enum Terminal {
    /// Writes text as it is; what cannot be written is lost, for there is nobody left to tell.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let pending = UnsafeBufferPointer(rebasing: rest)
                let count = Foundation.write(STDERR_FILENO, pending.baseAddress, pending.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    static func complain(_ message: String) {
        write("error: \(message)\n")
    }

    /// What was done, at the end of it.
    static func say(_ message: String) {
        write("\(message)\n")
    }

    /// Something worth knowing that is no error.
    static func note(_ message: String) {
        write("note: \(message)\n")
    }

    /// How to show progress: a terminal has a width, a log has not.
    static var progressStyle: ProgressReporter.Style {
        guard isatty(STDERR_FILENO) == 1, ProcessInfo.processInfo.environment["TERM"] != "dumb" else { return .log }
        var size = winsize()
        let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return .terminal(columns: known ? Int(size.ws_col) : 80)
    }
}
