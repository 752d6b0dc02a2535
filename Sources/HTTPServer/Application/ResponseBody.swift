/// A response's content.
public enum ResponseBody: Sendable {
    case empty
    case bytes([UInt8])
    /// Part of a file, sent by sendfile where possible. The descriptor is closed when the last reference goes.
    case file(FileHandle, Range<Int>)
    /// Content made while it is sent. `length` nil is sent chunked, or until close to HTTP/1.0.
    ///
    /// The closure runs in a task of the request's, cancelled when the connection goes. An error thrown after the head
    /// has gone cuts the connection without the last chunk, so that the client knows.
    case stream(length: Int?, @Sendable (any ResponseWriter) async throws -> Void)
}

/// Where a streamed response's content goes.
public protocol ResponseWriter: Sendable {
    /// Sends a piece. Suspends while the client is slower than the writer: at most a bounded number of bytes waits.
    ///
    /// - Throws: `CancellationError` if the connection is gone.
    func write(_ bytes: [UInt8]) async throws
    /// Sends part of a file, like `write`.
    func write(_ file: FileHandle, _ range: Range<Int>) async throws
}
