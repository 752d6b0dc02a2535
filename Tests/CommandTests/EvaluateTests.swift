import Engine
import Foundation
import Media
import Studio
import Testing

/// The whole command, on an avatar of 24 x 24 pixels.
@Suite struct EvaluateTests {
    @Test func anAvatarsFidelity() throws {
        let scratch = try Scratch()
        let (json, picture, plots) = (scratch.file("report.json"), scratch.file("worst.png"), scratch.file("plots"))
        let command = try Command([
            "evaluate", Fixture.tiny, "--quality", "exact", "--frames", "3", "--cache", scratch.path, "--json", json,
            "--picture", picture, "--plots", plots, "--odd",
        ])
        #expect(command.status == 0, "\(command.error)")
        #expect(command.output.contains("whole frame, dB") && command.output.contains("SSIM"))
        let report = try JSONDecoder().decode(
            EvaluationReport.self, from: Data(contentsOf: URL(filePath: json)))
        #expect(report.frames.count == 3 && report.avatar == "tiny")
        #expect(try #require(report.whole).worst >= 48)
        #expect(try #require(report.ssim).worst > 0.99)
        let shown = try PictureFile.read(picture)
        #expect(shown.width == 72 && shown.height == 24)
        // The mouth was not watched.
        #expect(try FileManager.default.contentsOfDirectory(atPath: plots).sorted() == ["error.png", "psnr.png"])
        let plot = try PictureFile.read("\(plots)/psnr.png")
        #expect(plot.width == 900 && plot.height == 420)
        #expect(try PictureFile.read("\(plots)/error.png").height == 30 + 240 + 10)
        let odd = try #require(report.odd)
        #expect(odd.map(\.name) == OddCase.allCases && odd.allSatisfy { $0.frames == 3 })
        #expect(odd.allSatisfy { ($0.whole?.worst ?? 0) >= 48 })
        #expect(command.output.contains("poses x 1.2: whole, dB"))
    }

    @Test func theMouthIsWatchedWhereThereIsEnoughSpeech() throws {
        let scratch = try Scratch()
        let features = scratch.file("long.npy")
        let known = try SpeechFeatures.read(path: Fixture.features)
        let count = 3 * known.count
        try NumpyFile.write(
            Tensor(
                shape: [count, SpeechFeatures.steps, SpeechFeatures.characters],
                values: known.values + known.values.reversed() + known.values), to: features)
        func evaluate(_ features: String) throws -> (Command, EvaluationReport) {
            let json = scratch.file("report.json")
            let command = try Command([
                "evaluate", Fixture.tiny, "--quality", "exact", "--frames", "1", "--sync-seconds", "1", "--cache",
                scratch.path, "--json", json, "--features", features,
            ])
            #expect(command.status == 0, "\(command.error)")
            return (
                command,
                try JSONDecoder().decode(EvaluationReport.self, from: Data(contentsOf: URL(filePath: json)))
            )
        }
        let (long, report) = try evaluate(features)
        // Weights at random open no mouth, but whatever they do is measured.
        let sync = try #require(report.lipSync)
        #expect(sync.opening.count == 25 && sync.referenceValues.count == 25)
        #expect((0...count - 25).contains(sync.firstFrame))
        #expect((0...1).contains(sync.correlation) && abs(sync.lag) <= 8)
        #expect(long.output.contains("lip-sync: correlation"))
        let (short, none) = try evaluate(Fixture.features)
        #expect(none.lipSync == nil && short.error.contains("lip-sync cannot be told"))
    }

    @Test func framesOfARecordingAreTheTruth() throws {
        let scratch = try Scratch()
        for k in 0..<3 {
            let bytes = [UInt8](repeating: UInt8(50 * k), count: 24 * 24 * 3)
            try PNGFile.write(
                Picture(width: 24, height: 24, channels: 3, bytes: bytes), to: scratch.file("\(k).png"))
        }
        let command = try Command([
            "evaluate", Fixture.tiny, "--quality", "exact", "--truth", scratch.path, "--json", "-", "--cache",
            scratch.path,
        ])
        #expect(command.status == 0, "\(command.error)")
        let report = try JSONDecoder().decode(EvaluationReport.self, from: Data(command.output.utf8))
        // The last picture has no successor.
        #expect(report.frames.map(\.frame) == [0, 1])
        #expect(report.frames.allSatisfy { abs($0.motion - 50) < 1e-9 })
        #expect(report.silhouette == nil)
    }

    @Test func aRecordingOfAnotherSizeIsRefused() throws {
        let scratch = try Scratch()
        let bytes = [UInt8](repeating: 50, count: 48 * 48 * 3)
        try PNGFile.write(Picture(width: 48, height: 48, channels: 3, bytes: bytes), to: scratch.file("0.png"))
        let command = try Command([
            "evaluate", Fixture.tiny, "--quality", "exact", "--truth", scratch.path, "--cache", scratch.path,
        ])
        #expect(command.isReportedError)
        #expect(command.error.contains("48 x 48") && command.error.contains("24 x 24"))
    }

    @Test func whatIsNotBakedCannotBeMeasuredInRealTime() throws {
        let scratch = try Scratch()
        let command = try Command(["evaluate", Fixture.tiny, "--quality", "realtime", "--cache", scratch.path])
        #expect(command.isReportedError)
        #expect(command.error.contains("adnerf bake"))
    }
}
