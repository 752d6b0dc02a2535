import ArgumentParser
import Engine

extension PoseLoop: ExpressibleByArgument {}

/// The `--precision` option.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Single precision throughout.
    case fp32
    /// The fastest arithmetic that keeps a picture within 50 dB of single precision's.
    case fast
}

/// The `--quality` option.
enum Quality: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The avatar's own networks, evaluated for every frame.
    case exact
}
