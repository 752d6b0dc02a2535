import HTTPTypes

/// Server-sent events to one client. To be used by one task at a time.
public struct EventStream: Sendable {
    private let writer: any ResponseWriter

    init(_ writer: any ResponseWriter) {
        self.writer = writer
    }

    /// - Throws: `CancellationError` if the client is gone.
    public func send(_ event: ServerSentEvent) async throws {
        try await writer.write(event.encoded)
    }

    /// A line that clients pass over: sent every few seconds it keeps proxies from closing a quiet connection, and shows
    /// whether the client is still there.
    public func comment(_ text: String = "") async throws {
        try await writer.write(ServerSentEvent.comment(text))
    }
}

extension Response {
    /// `text/event-stream`, never cached, transformed or held back by a proxy.
    public static func events(_ produce: @escaping @Sendable (EventStream) async throws -> Void) -> Response {
        let fields: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-cache, no-transform", .xAccelBuffering: "no",
        ]
        return Response(.ok, fields: fields, body: .stream(length: nil) { try await produce(EventStream($0)) })
    }
}
