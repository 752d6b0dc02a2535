import ArgumentParser
import Engine
import Studio

extension PoseLoop: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {}

extension Quality: ExpressibleByArgument {}

extension BackgroundChoice: ExpressibleByArgument {}
