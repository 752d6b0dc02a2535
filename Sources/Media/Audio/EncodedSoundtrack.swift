import Engine

/// An encoded sound, its packets found by time.
public final class EncodedSoundtrack: Sendable {
    /// - Throws: `.unreadable`, `.malformed`.
    public init(path: String) throws(EngineError) { fatalError() }
}
