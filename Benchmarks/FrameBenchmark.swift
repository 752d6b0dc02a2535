import Engine
import Foundation
import Media

/// Times whole frames of an avatar by the default path, after it has learnt about the avatar, and exact rays beside them.
func frameBenchmark(avatar path: String, features: String, track: String?, frames: Int) throws {
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let avatar = try AvatarFolder.load(path: path, decodeImage: PictureFile.read)
    let features = try SpeechFeatures.read(path: features)
    let poses = try track.map { try PoseTrack.read(path: $0) } ?? avatar.defaultTrack
    let schedule = FrameSchedule(features: features, track: poses, loop: .pingPong)
    let codes = avatar.codes(features: features, schedule: schedule)
    let requests = stride(from: 0, to: schedule.count, by: max(1, schedule.count / frames)).prefix(frames).map { k in
        FrameRequest(
            camera: avatar.camera(for: poses), pose: poses.poses[schedule.poseIndices[k]], torsoPose: avatar.torsoPose,
            code: codes[k], background: .picture(avatar.background))
    }
    let renderer = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: threads, cache: nil)
    let learning = try time {
        try renderer.prepare(for: requests, report: { print("  \($0)") }, isCanceled: { false })
    }
    print(String(format: "learning and certifying, once an avatar: %.1f s", learning))

    var seconds: [Double] = []
    for (k, request) in requests.enumerated() {
        let before = renderer.evaluations
        seconds.append(try time { _ = try renderer.render(request, isCanceled: { false }) })
        print(String(format: "frame %d: %.2f s, %d evaluations", k, seconds[k], renderer.evaluations - before))
    }
    let exact = ExactRenderer(
        fields: try AvatarFields(avatar, variant: .best(for: .fp32)), sampling: SamplingOptions(avatar.configuration),
        threads: threads)
    let pixels = requests[0].camera.width * requests[0].camera.height
    let rays = (0..<1_024).map { $0 * pixels / 1_024 }
    let twoPass = try time { _ = try exact.render(requests[0], pixels: rays) } * Double(pixels) / 1_024
    let median = seconds.sorted()[seconds.count / 2]
    print(
        String(
            format: "median frame: %.2f s; two passes in fp32: %.0f s (1,024 rays, scaled): %.0f times", median,
            twoPass, twoPass / median))
}

private func time(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
}
