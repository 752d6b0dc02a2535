import Engine
import Foundation
import Media

/// Times frames from a baked file, background and bytes included: rounds of a few seconds of video, and their median.
func realTimeBenchmark(avatar path: String, baked file: String?, features: String, track: String?) throws {
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let avatar = try AvatarFolder.load(path: path, decodeImage: PictureFile.read)
    guard let file = file ?? BakedAvatar.paths(of: avatar, folder: nil).first(where: FileManager.default.fileExists)
    else {
        print("no baked file: run adnerf bake \(path) first, or name it")
        return
    }
    let before = residentMegabytes()
    let baked = try BakedAvatar(path: file, avatar: avatar)
    let report = baked.report
    print(
        String(
            format: "baked: %.1f MB; %.1f dB (worst %.1f), mouth %.1f dB (worst %.1f), in its own report",
            Double(baked.bytes) / 1e6, report.whole.mean, report.whole.worst, report.mouth.mean, report.mouth.worst))
    let features = try SpeechFeatures.read(path: features)
    let poses = try track.map { try PoseTrack.read(path: $0) } ?? avatar.defaultTrack
    let schedule = FrameSchedule(features: features, track: poses, loop: .pingPong)
    let codes = avatar.codes(features: features, schedule: schedule)
    let requests = (0..<min(schedule.count, 250)).map { k in
        FrameRequest(
            camera: avatar.camera(for: poses), pose: poses.poses[schedule.poseIndices[k]], torsoPose: avatar.torsoPose,
            code: codes[k], background: .picture(avatar.background))
    }
    let renderer = RealTimeRenderer(baked, threads: threads)
    var rates: [Double] = []
    for round in 0..<7 {
        let start = ContinuousClock.now
        for request in requests { _ = try renderer.picture(request, isCanceled: { false }) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        rates.append(Double(requests.count) / seconds)
        print(String(format: "round %d: %.1f frames a second", round + 1, rates[round]))
    }
    rates.sort()
    print(
        String(
            format: "median: %.1f frames a second of %d x %d on %d threads, %.2f ms a frame; %d of %d out of range",
            rates[rates.count / 2], avatar.camera.width, avatar.camera.height, threads, 1_000 / rates[rates.count / 2],
            renderer.framesOutOfRange, rates.count * requests.count))
    print(String(format: "memory for the bake and its frames: %.0f MB", residentMegabytes() - before))
}

/// Resident memory of this process.
private func residentMegabytes() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "0") ?? 0) / 1_024
}
