import COpenSSL

/// What is wrong with a certificate or its key, in one sentence that names the file and the remedy.
public struct TLSError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// OpenSSL's own words for the last thing that went wrong in this thread; clears its queue.
    static func lastReason() -> String {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard code != 0, let reason = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: reason)
    }
}
