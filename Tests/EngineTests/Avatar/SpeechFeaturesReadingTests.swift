import Foundation
import Testing

@testable import Engine

@Suite struct SpeechFeaturesReadingTests {
    private func error(_ tensor: Tensor) throws -> EngineError {
        try AvatarFixtures.withCopy { copy in
            try copy.write(tensor, to: "speech.npy")
            let error = try #require(throws: EngineError.self) { try SpeechFeatures.read(path: copy.file("speech.npy")) }
            #expect(error.subject == copy.file("speech.npy"))
            return error
        }
    }

    @Test func featuresAreRead() throws {
        let features = try SpeechFeatures.read(path: AvatarFixtures.tiny + "/aud.npy")
        #expect(features.count == 12 && features.values.count == 12 * 16 * 29)
    }

    /// The release's own files are 64-bit.
    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"))
    func doublesAreRead() throws {
        #expect(try SpeechFeatures.read(path: AvatarFixtures.shared + "/avatars/random/aud.npy").count == 24)
    }

    @Test(arguments: [[16, 29], [3, 29, 16], [3, 16, 28], [0, 16, 29], [3, 464], [1, 3, 16, 29]])
    func otherShapesAreRefused(shape: [Int]) throws {
        let error = try error(Tensor(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *))))
        #expect(error.code == .inconsistent && error.expected.contains("[n, 16, 29]"))
        #expect(error.found.contains(shape.map(String.init).joined(separator: ", ")))
    }

    @Test(arguments: [Float.nan, .infinity])
    func numbersMustBeFinite(value: Float) throws {
        var values = [Float](repeating: 0, count: 3 * 464)
        values[2 * 464 + 5] = value
        let error = try error(Tensor(shape: [3, 16, 29], values: values))
        #expect(error.code == .invalidValue && error.found.contains("row 2"))
    }

    @Test func anotherFileIsRefused() throws {
        let error = try #require(throws: EngineError.self) { try SpeechFeatures.read(path: AvatarFixtures.tiny + "/transforms_val.json") }
        #expect(error.code == .malformed)
    }
}
