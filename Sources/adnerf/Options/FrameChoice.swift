import ArgumentParser
import Engine

/// The `--frames` option: numbers and ranges such as `0,3,10-20`.
struct FrameChoice: ExpressibleByArgument, Hashable, Sendable {
    let list: FrameList

    init?(argument: String) {
        guard let list = try? FrameList(parsing: argument) else { return nil }
        self.list = list
    }
}
