import Engine

/// Makes and opens the baked files of avatars.
protocol BakeWorkshop: Sendable {
    /// Differs when a baked file of the avatar's comes, goes or is replaced; empty where there is none.
    func stamp(of avatar: Avatar) -> String

    /// The avatar's baked file; nil if there is none.
    ///
    /// - Throws: what is wrong with it.
    func open(_ avatar: Avatar) throws -> OpenBake?

    /// The baked file at a path.
    func open(_ avatar: Avatar, path: String) throws -> OpenBake

    /// Makes the avatar's baked file, going on where an earlier call was interrupted.
    ///
    /// - Throws: `.canceled`; the reason why it cannot be made.
    func bake(
        _ avatar: Avatar, report: (BakeProgress) -> Void, isCanceled: @Sendable () -> Bool
    ) throws
}
