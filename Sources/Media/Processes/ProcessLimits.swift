/// What a child process may use of the machine before it is ended.
public struct ProcessLimits: Sendable, Hashable {
    /// Seconds of CPU time, of all its threads together.
    public var cpuSeconds: Int
    /// Seconds from its start.
    public var wallSeconds: Double
    /// Bytes of address space (`RLIMIT_AS`); nil sets none.
    public var addressSpace: Int?
    /// Bytes it may write to its standard output.
    public var outputBytes: Int

    public init(cpuSeconds: Int, wallSeconds: Double, addressSpace: Int?, outputBytes: Int) {
        self.cpuSeconds = cpuSeconds
        self.wallSeconds = wallSeconds
        self.addressSpace = addressSpace
        self.outputBytes = outputBytes
    }

    /// For audio of untrusted origin.
    public static let untrustedAudio = ProcessLimits(
        cpuSeconds: 120, wallSeconds: 300, addressSpace: 1 << 30, outputBytes: MediaLimits.audioSamples * 2 + 4_096)
    /// For one segment's pictures, whose rendering may take any time.
    public static let encoding = ProcessLimits(
        cpuSeconds: 600, wallSeconds: 24 * 3_600, addressSpace: nil, outputBytes: 1 << 29)
    /// For taking pictures out of a segment.
    public static let extraction = ProcessLimits(
        cpuSeconds: 60, wallSeconds: 120, addressSpace: nil, outputBytes: 1 << 40)
    /// For reading a text aloud.
    public static let speech = ProcessLimits(
        cpuSeconds: 60, wallSeconds: 120, addressSpace: 1 << 30, outputBytes: MediaLimits.audioSamples * 2)
}
