import Engine
import Foundation
import Media
import Studio
import Testing

/// The whole command, on an avatar of 24 x 24 pixels.
@Suite struct EvaluateTests {
    @Test func anAvatarsFidelity() throws {
        let scratch = try Scratch()
        let (json, picture) = (scratch.file("report.json"), scratch.file("worst.png"))
        let command = try Command([
            "evaluate", Fixture.tiny, "--quality", "exact", "--frames", "3", "--cache", scratch.path, "--json", json,
            "--picture", picture,
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

    @Test func whatIsNotBakedCannotBeMeasuredInRealTime() throws {
        let scratch = try Scratch()
        let command = try Command(["evaluate", Fixture.tiny, "--quality", "realtime", "--cache", scratch.path])
        #expect(command.isReportedError)
        #expect(command.error.contains("adnerf bake"))
    }
}
