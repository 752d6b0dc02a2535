import Foundation

let usage = """
    usage: Benchmarks kernels
           Benchmarks frame AVATAR FEATURES.npy [TRACK.json] [FRAMES]
           Benchmarks speech [GRAPH.pb]

    """

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "kernels":
    try kernelBenchmark()
case "frame" where arguments.count >= 3:
    let isTrack = arguments.count > 3 && arguments[3].hasSuffix(".json")
    try frameBenchmark(
        avatar: arguments[1], features: arguments[2], track: isTrack ? arguments[3] : nil,
        frames: arguments.last.flatMap { Int($0) } ?? 5)
case "speech":
    try speechBenchmark(graph: arguments.count > 1 ? arguments[1] : nil)
default:
    FileHandle.standardError.write(Data(usage.utf8))
    exit(2)
}
