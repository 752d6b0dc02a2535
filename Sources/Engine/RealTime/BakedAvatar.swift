/// A baked file, checked and mapped into memory: all that real-time rendering needs.
public final class BakedAvatar: Sendable {
    public let report: BakeReport
    public let settings: BakeSettings
    /// Of the file.
    public let bytes: Int

    /// Where an avatar's baked file is looked for: beside its checkpoints, then in a folder of the caller's.
    ///
    /// - Parameter folder: nil for `XDG_CACHE_HOME/adnerf` or `~/.cache/adnerf`.
    public static func paths(of avatar: Avatar, folder: String?) -> [String] { [] }

    /// - Throws: `.unreadable`; `.malformed` if it is damaged or of another version; `.inconsistent` if it is of other
    ///   checkpoints.
    public init(path: String, avatar: Avatar) throws(EngineError) {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }
}
