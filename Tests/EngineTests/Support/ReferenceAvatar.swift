import Foundation
import Media
import Testing

@testable import Engine

/// An avatar that the reference rendered, and where its pictures are.
struct ReferenceAvatar: Sendable, CustomTestStringConvertible {
    let name: String
    let folder: String
    let features: String
    /// Stages of some rays.
    let trace: String
    /// Traced frames.
    let frames: [Int]

    static let tiny = ReferenceAvatar(
        name: "tiny", folder: AvatarFixtures.tiny, features: "aud.npy", trace: AvatarFixtures.tiny + "/trace",
        frames: [3])
    static let options = ReferenceAvatar(
        name: "options", folder: AvatarFixtures.options, features: "aud.npy",
        trace: AvatarFixtures.options + "/trace", frames: [1])
    static let random = shared("random", "aud.npy", "trace", [0, 11])
    static let narrow = shared("narrow", "aud.npy", "trace", [2])
    static let demo = shared("demo", "aud_val.npy", "trace-full", [150])
    static let demoBrief = shared("demo", "aud_val.npy", "trace-brief", [0, 77, 211])

    private static func shared(
        _ name: String, _ features: String, _ trace: String, _ frames: [Int]
    ) -> ReferenceAvatar {
        let folder = AvatarFixtures.shared + "/avatars/" + name
        return ReferenceAvatar(
            name: name, folder: folder, features: features, trace: "\(folder)/\(trace).npz", frames: frames)
    }

    var testDescription: String { name }

    func reference() throws -> ReferenceTrace { try ReferenceTrace(path: trace) }

    func load() throws -> Loaded {
        let avatar = try AvatarFolder.load(path: folder, decodeImage: PictureFile.read)
        let features = try SpeechFeatures.read(path: folder + "/" + features)
        let schedule = FrameSchedule(
            features: features, track: avatar.defaultTrack, loop: .stop, audioStart: avatar.configuration.audioStart)
        return Loaded(
            avatar: avatar, schedule: schedule, codes: avatar.codes(features: features, schedule: schedule))
    }

    /// The avatar in memory with what drives its frames.
    struct Loaded: Sendable {
        let avatar: Avatar
        let schedule: FrameSchedule
        let codes: [[Float]]

        var sampling: SamplingOptions { SamplingOptions(avatar.configuration) }

        func request(frame: Int) -> FrameRequest {
            FrameRequest(
                camera: avatar.camera(for: avatar.defaultTrack),
                pose: avatar.defaultTrack.poses[schedule.poseIndices[frame]], torsoPose: avatar.torsoPose,
                code: codes[frame], background: .picture(avatar.background))
        }

        func exact(_ variant: KernelVariant = .best(for: .fp32)) throws -> ExactRenderer {
            ExactRenderer(fields: try AvatarFields(avatar, variant: variant), sampling: sampling, threads: 2)
        }
    }
}
