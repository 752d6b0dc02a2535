/// What a file may ask of the readers of this folder. Each limit is far above what real files need and low enough that a
/// hostile file of a few kilobytes costs a few megabytes at worst.
enum CheckpointLimits {
    /// Dimensions of a tensor: torch's and NumPy's own limit.
    static let rank = 64
    /// Bytes of an .npy header: NumPy's own limit for files that are not trusted (`max_header_size`).
    static let numpyHeader = 10_000
    /// Values on an unpickler's stack, entries in its memo, objects on its heap. A checkpoint of AD-NeRF needs 3,000.
    static let pickleValues = 1 << 20
    /// Entries of a zip archive. A checkpoint of AD-NeRF has 100 to 300.
    static let archiveEntries = 1 << 20
    /// Nodes of a frozen graph. DeepSpeech has about 100.
    static let graphNodes = 1 << 20

    /// Floats that one read of a file may produce. Files may legitimately hold fewer bytes than floats: half precision,
    /// storages shared by several tensors, constants that are one value repeated; they may not hold next to nothing.
    static func elements(inFileOf bytes: Int) -> Int {
        2 * bytes + (1 << 18)
    }
}
