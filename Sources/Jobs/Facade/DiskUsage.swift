/// How full the disk is.
public struct DiskUsage: Hashable, Sendable {
    /// Bytes of all files of jobs.
    public let used: Int
    /// Bytes that the volume has left.
    public let free: Int

    public init(used: Int, free: Int) {
        self.used = used
        self.free = free
    }
}
