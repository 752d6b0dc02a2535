/// One event of `text/event-stream` (HTML, 9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// What the client names in `Last-Event-ID` when it comes back; without line breaks and NUL, which are left out.
    public var id: String?
    /// The event's type; without line breaks.
    public var event: String?
    /// Any text, lines and all.
    public var data: String
    /// Milliseconds after which a client whose connection broke is to come back.
    public var retry: Int?

    public init(_ data: String, event: String? = nil, id: String? = nil, retry: Int? = nil) {
        self.data = data
        self.event = event
        self.id = id
        self.retry = retry
    }

    /// As sent, up to the blank line that dispatches it.
    var encoded: [UInt8] {
        var text = ""
        if let event { text += "event: \(Self.singleLine(event))\n" }
        if let id { text += "id: \(Self.singleLine(id))\n" }
        if let retry { text += "retry: \(retry)\n" }
        for line in Self.lines(data) { text += "data: \(line)\n" }
        return Array((text + "\n").utf8)
    }

    /// A comment, which clients pass over.
    static func comment(_ text: String) -> [UInt8] {
        Array((lines(text).map { ":\($0.isEmpty ? "" : " ")\($0)\n" }.joined() + "\n").utf8)
    }

    /// Cut at CR LF, LF and CR, as clients do it.
    private static func lines(_ text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }
    }

    private static func singleLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !["\r", "\n", "\0"].contains($0) }))
    }
}
