import Foundation
import Media
import Testing

@testable import Engine
@testable import Studio

/// A real avatar from its checkpoint to real-time frames, in small: coarser and fewer snapshots than by default.
@Suite struct DemoBakeTests {
    private static let side = 112

    /// The demo avatar with a smaller picture.
    private static func demo() throws -> Avatar {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/avatars/demo")
            .standardizedFileURL.path
        let whole = try AvatarFolder.load(path: folder, decodeImage: PictureFile.read)
        return Avatar(
            name: whole.name, folder: whole.folder, configuration: whole.configuration, head: whole.head,
            torso: whole.torso, audioNet: whole.audioNet, attentionNet: whole.attentionNet,
            camera: whole.camera.resized(width: side, height: side),
            background: thinned(whole.background), trainingTrack: whole.trainingTrack,
            torsoPose: whole.torsoPose, tracks: whole.tracks, defaultTrack: whole.defaultTrack,
            featureFiles: whole.featureFiles, fingerprint: whole.fingerprint)
    }

    private static func thinned(_ picture: Picture) -> Picture {
        let bytes = (0..<side * side).flatMap { pixel -> ArraySlice<UInt8> in
            let (x, y) = (pixel % side * picture.width / side, pixel / side * picture.height / side)
            return picture.bytes[3 * (y * picture.width + x)..<3 * (y * picture.width + x) + 3]
        }
        return Picture(width: side, height: side, channels: 3, bytes: bytes)
    }

    /// The avatar has smoke nearer than `near`, where training never looked; and speech and poses come that it was never trained on.
    @Test func unseenAndOddFramesAreFaithful() throws {
        let avatar = try Self.demo()
        #expect(try Self.densityBeforeNear(avatar) > 0)
        let folder = FileManager.default.temporaryDirectory.appending(path: "demo-bake-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = BakeSettings()
        (settings.resolution, settings.snapshots, settings.torsoSnapshots) = (1.0 / 6, 24, 32)
        let path = "\(folder)/demo.bake"
        let report = try Baker(avatar, settings: settings, threads: 2, cache: nil)
            .bake(to: path, report: { _ in }, isCanceled: { false })
        #expect(report.frames == 20 && report.truth >= 50)
        #expect(report.whole.mean >= 36 && report.whole.worst >= 34, "\(report)")
        #expect(report.mouth.mean >= 33, "\(report)")

        let subject = RealTimeRenderer(try BakedAvatar(path: path, avatar: avatar), threads: 2)
        let truth = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: 2, cache: nil)
        let features = try SpeechFeatures.read(path: #require(avatar.featureFiles.first))
        let performance = try Performance(
            avatar: avatar, features: features, track: avatar.trainingTrack, loop: .pingPong, size: Self.side)
        for name in OddCase.allCases {
            let requests = name.requests(of: performance, features: features, frames: [20, 60], seed: 1)
            let odd = try OddResult(name, requests: requests, subject: subject, truth: truth, mouth: .zero) { false }
            // Never garbage; and what is far from anything baked is counted.
            #expect(try #require(odd.whole).worst >= 30, "\(name.rawValue): \(odd)")
        }
    }

    /// The largest raw density that the head has between a camera and where rays begin.
    private static func densityBeforeNear(_ avatar: Avatar) throws -> Float {
        let network = try FieldPair(avatar.head, avatar.configuration, variant: .best(for: .fast)).fine
        let evaluator = PointEvaluator(network)
        let condition = network.foldCondition(Array(repeating: 0, count: network.conditionSize))
        var largest: Float = 0
        for pose in FrameChoice.spread(avatar.trainingTrack.poses, count: 8) {
            let rays = CameraRays(camera: avatar.camera, pose: pose)
            for y in stride(from: 0, to: side, by: 8) {
                evaluator.begin()
                for x in stride(from: 0, to: side, by: 8) {
                    for k in 1...6 {
                        let depth = avatar.configuration.near * (0.4 + 0.1 * Float(k) - 0.01)
                        evaluator.add(rays.origin + rays.direction(x: Float(x), y: Float(y)) * depth, from: nil)
                    }
                }
                evaluator.evaluate(condition, densityOnly: true)
                for k in 0..<evaluator.count { largest = max(largest, evaluator.raw[4 * k + 3]) }
            }
        }
        return largest
    }
}
