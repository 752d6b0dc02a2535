#if NATS

/// What is stored of a file, beside its pieces.
struct StoredFile: Codable, Hashable, Sendable {
    let name: String
    /// In bytes.
    let size: Int
    /// SHA-256 of all of it, in lower-case hexadecimal.
    let digest: String
    /// The subject of its pieces' messages, and the sequence of the first of them.
    let subject: String
    let start: UInt64
    let pieces: Int
}

#endif
