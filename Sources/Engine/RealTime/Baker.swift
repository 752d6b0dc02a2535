/// Evaluates an avatar's networks beforehand, wherever there is something to see, and writes what real-time rendering needs.
public final class Baker: Sendable {
    /// - Parameter cache: where what is learnt for exact rendering is kept; nil forgets it.
    public init(_ avatar: Avatar, settings: BakeSettings, threads: Int, cache: ShortcutFile?) throws(EngineError) {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }

    /// Bakes, going on where an interrupted bake of the same avatar and settings to the same path has stopped.
    ///
    /// - Parameters:
    ///   - path: the baked file; what is not finished lies in `path.partial` meanwhile.
    ///   - report: receives the progress several times a second.
    /// - Throws: `.canceled`; `.unwritable`; `.unsupported` with the reason if the avatar cannot be baked.
    public func bake(
        to path: String, report: (BakeProgress) -> Void, isCanceled: @Sendable () -> Bool
    ) throws -> BakeReport {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }
}
