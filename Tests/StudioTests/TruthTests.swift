import Engine
import Foundation
import Media
import Testing

@testable import Studio

@Suite struct TruthTests {
    @Test(arguments: [1, 2, 3])
    func aCertificateRestsOnThreeHundredRays(frames: Int) throws {
        let (avatar, performance, _) = try TinyAvatar.load()
        let exact = ExactRenderer(
            fields: try AvatarFields(avatar, variant: .best(for: .fp32)),
            sampling: SamplingOptions(avatar.configuration), threads: 2)
        let found = try TruthCertificate.measure(
            exact, against: exact, frames: (0..<frames).map(performance.request), mouth: SIMD3(0, 0, 0), seed: 1
        ) { false }
        #expect((300...400).contains(found.rays))
        #expect(found.decibels == 100)
    }

    @Test func picturesOfAnotherSizeAreRefused() throws {
        let performance = try TinyAvatar.load().performance
        let folder = FileManager.default.temporaryDirectory.appending(path: "adnerf-truth-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bytes = [UInt8](repeating: 9, count: 25 * 24 * 3)
        try PNGFile.write(Picture(width: 25, height: 24, channels: 3, bytes: bytes), to: "\(folder)/0.png")
        let truth = try TruthFrames.folder(folder)
        let error = #expect(throws: EngineError.self) { try truth.check(against: performance) }
        let text = try #require(error).description
        #expect(text.contains("0.png") && text.contains("25 x 24") && text.contains("24 x 24"))
    }
}
