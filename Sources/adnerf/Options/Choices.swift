import ArgumentParser
import Engine

extension PoseLoop: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {}

/// The `--quality` option.
enum Quality: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The avatar's own networks, evaluated for every frame.
    case exact
}
