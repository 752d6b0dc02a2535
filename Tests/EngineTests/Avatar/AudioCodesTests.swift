import Foundation
import Testing

@testable import Engine

@Suite struct AudioCodesTests {
    /// Largest difference; the reference's codes are of the order of one.
    private func difference(_ codes: [[Float]], _ expected: Tensor) throws -> Float {
        try #require(expected.shape == [codes.count, codes[0].count])
        return zip(codes.joined(), expected.values).map { abs($0 - $1) }.max() ?? .infinity
    }

    private func schedule(_ avatar: Avatar, _ features: SpeechFeatures) -> FrameSchedule {
        FrameSchedule(features: features, track: avatar.defaultTrack, loop: .stop, audioStart: avatar.configuration.audioStart)
    }

    /// `options` has another window, smoothing size, code size, first row and pose stride.
    @Test(arguments: [(AvatarFixtures.tiny, 3, 12), (AvatarFixtures.options, 1, 6)])
    func codesAndConditionsEqualTheReference(path: String, frame: Int, count: Int) throws {
        let avatar = try AvatarFixtures.load(path)
        let features = try SpeechFeatures.read(path: path + "/aud.npy")
        let schedule = schedule(avatar, features)
        #expect(schedule.count == count)
        let codes = avatar.codes(features: features, schedule: schedule)
        #expect(try difference(codes, AvatarFixtures.array(path + "/trace/codes.npy")) < 1e-5)
        let pose = avatar.defaultTrack.poses[schedule.poseIndices[frame]]
        let torso = try AvatarFixtures.array(path + "/trace/\(frame)-torso_condition.npy")
        let condition = avatar.torsoCondition(code: codes[frame], pose: pose)
        #expect(condition.count == torso.values.count)
        #expect(try difference([condition], Tensor(shape: [1, condition.count], values: torso.values)) < 1e-5)
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: [
        ("random", "aud.npy", [0, 11]), ("narrow", "aud.npy", [2]), ("demo", "aud_val.npy", [150]),
    ])
    func codesAndConditionsOfTheSharedAvatarsEqualTheReference(name: String, file: String, frames: [Int]) throws {
        let path = AvatarFixtures.shared + "/avatars/" + name
        let expected = AvatarFixtures.folder + "/reference-codes/" + name
        let avatar = try AvatarFixtures.load(path)
        let features = try SpeechFeatures.read(path: "\(path)/\(file)")
        let schedule = schedule(avatar, features)
        let codes = avatar.codes(features: features, schedule: schedule)
        #expect(try difference(codes, AvatarFixtures.array(expected + "-codes.npy")) < 1e-5)
        for frame in frames {
            let head = try AvatarFixtures.array("\(expected)-\(frame)-head_condition.npy").values
            #expect(try difference([codes[frame]], Tensor(shape: [1, head.count], values: head)) < 1e-5)
            let torso = try AvatarFixtures.array("\(expected)-\(frame)-torso_condition.npy").values
            let condition = avatar.torsoCondition(code: codes[frame], pose: avatar.defaultTrack.poses[frame])
            #expect(try difference([condition], Tensor(shape: [1, torso.count], values: torso)) < 1e-5)
        }
    }

    /// The release crashes on fewer than four frames.
    @Test(arguments: 1...3)
    func shortVideosHaveCodes(count: Int) throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.tiny)
        let all = try SpeechFeatures.read(path: AvatarFixtures.tiny + "/aud.npy")
        let features = SpeechFeatures(count: count, values: Array(all.values.prefix(count * 464)))
        let codes = avatar.codes(features: features, schedule: schedule(avatar, features))
        #expect(codes.count == count && codes.allSatisfy { $0.count == 40 && $0.allSatisfy(\.isFinite) })
        // What lies before the video is silence, whatever follows: the same as a longer video's first frame only if its
        // window holds the same frames.
        let padded = SpeechFeatures(count: count + 4, values: features.values + [Float](repeating: 0, count: 4 * 464))
        let longer = avatar.codes(features: padded, schedule: FrameSchedule(features: padded, track: avatar.defaultTrack, loop: .stop))
        #expect(codes == Array(longer.prefix(count)))
    }

    @Test func repeatedRowsHaveTheCodesOfRepeatedFeatures() throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.tiny)
        let (audioNet, attention) = (AudioNet(avatar.audioNet, windowSize: 16), AudioAttention(avatar.attentionNet))
        let all = try SpeechFeatures.read(path: AvatarFixtures.tiny + "/aud.npy")
        let rows = [10, 11, 11, 11, 11]
        let gathered = SpeechFeatures(count: 5, values: rows.flatMap { all.values[$0 * 464..<($0 + 1) * 464] })
        let codes = AudioCodes.smoothed(features: all, rows: rows, audioNet: audioNet, attention: attention)
        #expect(codes == AudioCodes.smoothed(features: gathered, audioNet: audioNet, attention: attention))
    }
}
