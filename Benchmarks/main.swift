import Foundation
import Media

let usage = """
    usage: Benchmarks kernels
           Benchmarks frame [AVATAR FEATURES.npy [TRACK.json] [FRAMES]]
           Benchmarks realtime [AVATAR FEATURES.npy [TRACK.json] [FILE.bake]]
           Benchmarks speech [GRAPH.pb]
           Benchmarks pipeline [FRAMES-A-SEGMENT]

    """

var arguments = Array(CommandLine.arguments.dropFirst())
if arguments == ["frame"] || arguments == ["realtime"] {
    // The avatar that comes with the program, on poses that its bake was not made from.
    let avatar = "Examples/avatars/demo"
    arguments += [avatar, "\(avatar)/aud.npy", "\(avatar)/transforms_val.json"]
}
switch arguments.first {
case "kernels":
    try kernelBenchmark()
case "frame" where arguments.count >= 3:
    let isTrack = arguments.count > 3 && arguments[3].hasSuffix(".json")
    try frameBenchmark(
        avatar: arguments[1], features: arguments[2], track: isTrack ? arguments[3] : nil,
        frames: arguments.last.flatMap { Int($0) } ?? 5)
case "realtime" where arguments.count >= 3:
    try realTimeBenchmark(
        avatar: arguments[1], baked: arguments.dropFirst(3).first { $0.hasSuffix(".bake") }, features: arguments[2],
        track: arguments.dropFirst(3).first { $0.hasSuffix(".json") })
case "speech":
    try speechBenchmark(graph: arguments.count > 1 ? arguments[1] : nil)
case "pipeline":
    let framesPerSegment = arguments.dropFirst().first.flatMap { Int($0) }
    try pipelineBenchmark(framesPerSegment: framesPerSegment ?? VideoTimeline.frameRate)
default:
    FileHandle.standardError.write(Data(usage.utf8))
    exit(2)
}
