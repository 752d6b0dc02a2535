import Engine
import Foundation
import Testing

@Suite struct FeaturesTests {
    @Test("Features agree with the reference's", arguments: ["mono", "stereo"])
    func reference(name: String) throws {
        let scratch = try Scratch()
        let command = try Command([
            "features", Fixture.path("speech/\(name).wav"), "--deepspeech", Fixture.path("speech/narrow.pb"),
            "-o", scratch.file("out.npy"),
        ])
        #expect(command.status == 0, "\(command.error)")
        let features = try NumpyFile.read(path: scratch.file("out.npy"))
        let expected = try NumpyFile.read(path: Fixture.path("speech/\(name).features.npy"))
        #expect(features.shape == expected.shape)
        let worst = zip(features.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-3)
    }
}
