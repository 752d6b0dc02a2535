/// A request's content, pulled piece by piece: nothing is read from the connection before it is asked for, and
/// `100 (Continue)` goes out with the first asking.
///
/// To be read once, by one task at a time.
public struct RequestBody: AsyncSequence, Sendable {
    /// Where the pieces come from.
    public protocol Source: Sendable {
        /// The next piece, never empty; nil at the end.
        ///
        /// - Throws: `HTTPError` (400 malformed chunk, 408 too slow, 413), `CancellationError` if the connection is gone.
        func next() async throws -> [UInt8]?
    }

    /// What `Content-Length` says, 0 without a body, nil for a chunked one.
    public let length: Int?
    /// How much may be read: more is 413. The router lowers it to the route's limit.
    public var limit: Int

    private let source: any Source

    /// An empty body.
    public init() {
        self.init([])
    }

    /// A body that is already here.
    public init(_ bytes: [UInt8], limit: Int = .max) {
        self.init(length: bytes.count, limit: limit, source: BytesSource(bytes))
    }

    public init(length: Int?, limit: Int = .max, source: any Source) {
        self.length = length
        self.limit = limit
        self.source = source
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: any Source
        fileprivate let limit: Int
        fileprivate let length: Int?
        fileprivate var total = 0

        public mutating func next() async throws -> [UInt8]? {
            // Before the first byte is asked for, so that a client waiting for 100 (Continue) is spared the upload.
            if let length, length > limit { throw HTTPError.contentTooLarge(limit: limit) }
            guard let piece = try await source.next() else { return nil }
            total += piece.count
            guard total <= limit else { throw HTTPError.contentTooLarge(limit: limit) }
            return piece
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source, limit: limit, length: length)
    }

    /// All of it in memory.
    ///
    /// - Throws: 413 if it is longer than `limit` or the body's own limit.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var body = self
        body.limit = Swift.min(limit, self.limit)
        var bytes: [UInt8] = []
        if let length, length <= body.limit { bytes.reserveCapacity(length) }
        for try await piece in body { bytes += piece }
        return bytes
    }
}
