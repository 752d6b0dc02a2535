import Foundation
import Media
import Testing

@testable import Engine
@testable import Studio

/// The demo avatar and the speech model that come with the program.
@Suite struct ShippedTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private static func avatar() throws -> Avatar {
        try AvatarFolder.load(
            path: root.appending(path: "Examples/avatars/demo").path, decodeImage: PictureFile.read)
    }

    /// The bake is checked against the checkpoints' hash when it is opened, and against its own.
    @Test func theBakeIsOfTheCheckpointsAndWorthItsPlace() throws {
        let avatar = try Self.avatar()
        let (path, baked) = try #require(try BakeShelf(avatar, folder: "/nowhere").open())
        #expect(path.hasPrefix("\(avatar.folder)/.adnerf/"))
        let report = baked.report
        #expect(report.truth >= 50)
        #expect(report.whole.mean >= 42 && report.mouth.mean >= 38, "\(report)")
    }

    /// As `sha256sum -c Training/hashes.txt` checks it.
    @Test func filesAreThoseThatTheRecipesWrote() throws {
        let list = try String(contentsOf: Self.root.appending(path: "Training/hashes.txt"), encoding: .utf8)
        var names: [String] = []
        for line in list.split(separator: "\n") {
            let name = String(line.dropFirst(66))
            let file = try Data(contentsOf: Self.root.appending(path: name))
            #expect(Fingerprint.hexadecimal(Fingerprint.digest(Array(file))) == line.prefix(64), "\(name)")
            names.append(name)
        }
        #expect(names.contains("Models/speech.pb") && names.contains("Examples/avatars/demo/300000_head.tar"))
    }

    @Test func filesAreSmall() throws {
        func size(_ path: String) throws -> Int {
            try Data(contentsOf: Self.root.appending(path: path)).count
        }
        #expect(try size("Models/speech.pb") <= 3_000_000)
        let folder = "Examples/avatars/demo"
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: folder).path)
        #expect(try files.filter { !$0.hasPrefix(".") }.reduce(0) { try $0 + size("\(folder)/\($1)") } <= 8_000_000)
    }

    /// A minute of poses that starts anew without a jump.
    @Test func theTrackLoops() throws {
        let track = try Self.avatar().defaultTrack
        #expect(track.poses.count == 1_500)
        func distance(_ a: Pose, _ b: Pose) -> Float {
            let turns = zip(a.rotation, b.rotation).map { abs($0 - $1) }.max() ?? 0
            let step = a.translation - b.translation
            return max(turns, step.max(), -step.min())
        }
        let steps = zip(track.poses, track.poses.dropFirst()).map(distance)
        let last = try #require(track.poses.last)
        let seam = distance(last, track.poses[0])
        #expect(seam <= steps.max() ?? 0)
    }

    /// Silence is heard as silence: the model says a space, nothing else.
    @Test func theModelHearsSilence() throws {
        let model = try DeepSpeech(path: Self.root.appending(path: "Models/speech.pb").path, threads: 2)
        let silence = try Waveform(sampleRate: 16_000, samples: Array(repeating: 0, count: 32_000), name: "silence")
        let features = try SpeechFeatureExtractor(model: model, threads: 2).features(of: silence) { false }.0
        for frame in 10..<40 {
            for step in 16 * frame..<16 * (frame + 1) {
                let row = features.values[29 * step..<29 * (step + 1)]
                #expect(row.max() == row.first, "frame \(frame)")
            }
        }
    }
}
