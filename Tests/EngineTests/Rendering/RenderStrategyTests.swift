import Foundation
import Testing

@testable import Engine

@Suite struct RenderStrategyTests {
    private static let all: [RenderStrategy] =
        MarchSettings.ladder.indices.map { .march(rung: $0) } + [.fastTwoPass, .exactTwoPass]

    @Test func strategiesAreCodedAsNumbers() throws {
        let json = try JSONEncoder().encode(Self.all)
        #expect(String(decoding: json, as: UTF8.self) == "[0,1,2,-1,-2]")
        #expect(try JSONDecoder().decode([RenderStrategy].self, from: json) == Self.all)
    }

    /// What an older or newer program wrote must not name a setting that is not there.
    @Test func unknownNumbersAreTheExactPicture() throws {
        let found = try JSONDecoder().decode([RenderStrategy].self, from: Data("[4,-3,1000000]".utf8))
        #expect(found == [.exactTwoPass, .exactTwoPass, .exactTwoPass])
    }

    @Test func certificatesComeBack() throws {
        for strategy in Self.all {
            let certificate = Certificate(strategy: strategy, fidelity: 51.0625, assured: 50.5, rays: 384)
            let json = try JSONEncoder().encode(certificate)
            #expect(try JSONDecoder().decode(Certificate.self, from: json) == certificate)
        }
    }

    @Test func descriptionsTellSettingsApart() {
        #expect(Set(Self.all.map(\.description)).count == Self.all.count)
        #expect(RenderStrategy.march(rung: 0).description.contains("1 of 3"))
    }

    @Test func keysTellCamerasAndKernelsApart() {
        let camera = Camera(width: 4, height: 5, focal: 6, centerX: 2, centerY: 2)
        let other = Camera(width: 4, height: 5, focal: 7, centerX: 2, centerY: 2)
        #expect(Shortcuts.key(camera, .avx2) == "4x5@6.0 avx2")
        #expect(Shortcuts.key(camera, .avx2) != Shortcuts.key(other, .avx2))
        #expect(Shortcuts.key(camera, .avx2) != Shortcuts.key(camera, .bf16))
    }

    /// Every setting asks for no less than the one before it.
    @Test func theLadderRises() {
        for (cheap, dear) in zip(MarchSettings.ladder, MarchSettings.ladder.dropFirst()) {
            #expect(dear.planeSpacing <= cheap.planeSpacing && dear.nodeSpacing <= cheap.nodeSpacing)
        }
    }
}
