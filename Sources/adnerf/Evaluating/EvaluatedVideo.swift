import Engine
import Foundation
import Studio

/// The video whose frames an evaluation looks at.
struct EvaluatedVideo {
    let performance: Performance
    let features: SpeechFeatures
    private let featuresPath: String

    /// - Parameters:
    ///   - features: nil for `aud_val.npy`, or else the avatar's own.
    ///   - poses: a track's name or a file; nil for `transforms_val`, or else the default track.
    ///   - size: the pictures' width; nil for the avatar's own.
    /// - Throws: what reading the files throws; `.inconsistent` if there are no features.
    init(avatar: Avatar, features: String?, poses: String?, size: Int?) throws(EngineError) {
        func named(_ name: String) -> String? { avatar.featureFiles.first { $0.hasSuffix("/\(name)") } }
        let own = avatar.configuration.audioFile.split(separator: "/").last.map(String.init) ?? "aud.npy"
        guard let path = features ?? named("aud_val.npy") ?? named(own) ?? avatar.featureFiles.first else {
            throw EngineError(
                .inconsistent, avatar.folder, found: "no speech features", expected: "aud_val.npy or aud.npy",
                remedy: "pass --features FILE.npy")
        }
        func track(_ name: String) -> PoseTrack? { avatar.tracks.first { $0.name == name } }
        let chosen: PoseTrack
        if let poses {
            if let known = track(poses) {
                chosen = known
            } else {
                chosen = try PoseTrack.read(path: poses, stride: avatar.configuration.poseStride)
            }
        } else {
            chosen = track("transforms_val") ?? avatar.defaultTrack
        }
        featuresPath = path
        self.features = try SpeechFeatures.read(path: path)
        performance = try Performance(
            avatar: avatar, features: self.features, track: chosen, loop: .pingPong, size: size)
    }

    /// The same in half the size, where a mouth can still be watched.
    func halved() throws(EngineError) -> Performance {
        try Performance(
            avatar: performance.avatar, features: features, track: performance.track, loop: .pingPong,
            size: max(8, performance.camera.width / 2))
    }

    /// How far the mouth should be open: as the data set has it beside `aud_val.npy`, or else as the speech sounds.
    ///
    /// - Throws: what reading the data set's throws.
    func mouthReference() throws(EngineError) -> MouthReference {
        let rows = performance.schedule.featureRows
        let file = URL(filePath: featuresPath)
        let known = file.deletingLastPathComponent().appending(path: "mouth_val.npy").path
        if file.lastPathComponent == "aud_val.npy", FileManager.default.fileExists(atPath: known) {
            return try MouthReference(path: known, rows: rows)
        }
        return MouthReference(features: features, rows: rows)
    }

    /// Frames to look at, ascending, each with a successor.
    ///
    /// - Parameter limit: frames that the truth has; nil for as many as wanted.
    /// - Throws: `.inconsistent` if there are none, and what reading the training's features throws.
    func choose(_ frames: Int, limit: Int?, seed: UInt64) throws(EngineError) -> [Int] {
        let avatar = performance.avatar
        let count = min(performance.count, limit ?? .max)
        let poses = performance.schedule.poseIndices.prefix(count).map { performance.track.poses[$0] }
        let training = avatar.featureFiles.first { $0.hasSuffix("/aud_train.npy") || $0.hasSuffix("/aud.npy") }
        var codes: [[Float]] = []
        if let training {
            let features = try SpeechFeatures.read(path: training)
            codes = avatar.codes(
                features: features,
                schedule: FrameSchedule(features: features, track: avatar.trainingTrack, loop: .loop))
        }
        let chosen = EvaluationFrames.choose(
            frames, codes: Array(performance.codes.prefix(count)), poses: poses, trainingCodes: codes,
            trainingPoses: avatar.trainingTrack.poses, seed: seed)
        guard !chosen.isEmpty else {
            throw EngineError(
                .inconsistent, avatar.folder, found: "\(count) frames", expected: "at least two",
                remedy: "pass longer --features")
        }
        return chosen
    }
}
