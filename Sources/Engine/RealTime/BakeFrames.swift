import Foundation

/// The frames that a bake learns from, and those that it is measured on: of the avatar's own training, set apart.
struct BakeFrames: Sendable {
    /// In the order of the training.
    let training: [FrameRequest]
    /// Pairs of frames that follow each other, of stretches that `training` lacks.
    let heldOut: [(FrameRequest, FrameRequest)]

    /// Frames of a stretch; every tenth stretch is held out.
    private static let stretch = 25
    /// Training frames at most.
    private static let most = 2_000

    init(training: [FrameRequest], heldOut: [(FrameRequest, FrameRequest)]) {
        self.training = training
        self.heldOut = heldOut
    }

    init(_ avatar: Avatar, seed: UInt64) {
        let features = Self.features(of: avatar, seed: seed)
        let track = avatar.trainingTrack
        let schedule = FrameSchedule(
            featureCount: features.count, poseCount: features.count, loop: .loop,
            audioStart: 0)
        let codes = avatar.codes(features: features, schedule: schedule)
        let count = min(max(codes.count, track.poses.count), Self.most)
        let frames = (0..<count).map { k in
            FrameRequest(
                camera: avatar.camera, pose: track.poses[k % track.poses.count], torsoPose: avatar.torsoPose,
                code: codes[k % codes.count], background: .picture(avatar.background))
        }
        let isHeldOut = { (k: Int) in k / Self.stretch % 10 == 4 }
        // A short track is too dear to be set apart; frames between its own stand in.
        guard count >= 10 * Self.stretch else {
            training = frames
            heldOut = (0..<max(count - 1, 0)).map { k in
                var frame = frames[k]
                frame.code = zip(frames[k].code, frames[k + 1].code).map { 0.5 * ($0 + $1) }
                return (frame, frames[k + 1])
            }
            return
        }
        training = (0..<count).filter { !isHeldOut($0) }.map { frames[$0] }
        heldOut = (0..<count - 1).filter { isHeldOut($0) && isHeldOut($0 + 1) }.map { (frames[$0], frames[$0 + 1]) }
    }

    /// The features that the avatar was trained on, if its folder has them; else invented ones.
    private static func features(of avatar: Avatar, seed: UInt64) -> SpeechFeatures {
        let files = avatar.featureFiles
        let path = files.first { $0.hasSuffix("train.npy") } ?? files.first
        if let path, let features = try? SpeechFeatures.read(path: path), features.count > 1 { return features }
        return invented(count: 1_000, seed: seed)
    }

    /// Windows over a random sequence of characters and blanks, with DeepSpeech's sort of confidence.
    private static func invented(count: Int, seed: UInt64) -> SpeechFeatures {
        var random = SplitMix(seed: seed)
        let (steps, characters) = (SpeechFeatures.steps, SpeechFeatures.characters)
        // The windows overlap: two steps a frame.
        var rows: [[Float]] = []
        var character = characters - 1
        for _ in 0..<2 * count + steps {
            if random.unit() < 0.3 { character = Int(random.unit() * Float(characters)) % characters }
            rows.append((0..<characters).map { ($0 == character ? 10 : -4) + 3 * random.unit() })
        }
        return SpeechFeatures(
            count: count, values: (0..<count).flatMap { rows[2 * $0..<2 * $0 + steps].flatMap(\.self) })
    }

    /// How much farther from the mean than in training codes may be: other speech opens the mouth wider.
    private static let widening: Float = 1.2
    /// Every how manieth training frame is there with such a code, too.
    private static let stretchedEvery = 3

    /// Some of the training frames, with codes from beyond the training.
    var stretched: [FrameRequest] {
        let size = training.first?.code.count ?? 0
        let mean = (0..<size).map { i in training.reduce(0) { $0 + $1.code[i] } / Float(max(training.count, 1)) }
        return stride(from: 0, to: training.count, by: Self.stretchedEvery).map { k in
            var frame = training[k]
            frame.code = zip(frame.code, mean).map { $1 + Self.widening * ($0 - $1) }
            return frame
        }
    }

    /// `count` training frames: half of them evenly spread, then those most unlike each other in what is said, and in how the
    /// head is held.
    ///
    /// - Parameter codes: share of the frames that are chosen by what is said.
    func varied(_ count: Int, codes: Double) -> [FrameRequest] {
        let spread = FrameChoice.spread(training, count: count / 2)
        let odd = FrameChoice.diverse(training, count: min(Int(codes * Double(count)), count - spread.count))
        return spread + odd + FrameChoice.poseDiverse(training, count: count - spread.count - odd.count)
    }
}
