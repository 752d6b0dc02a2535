import Engine
import Foundation

/// What lies in `Tests/Fixtures`, and what is made of it.
enum Fixture {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    static func path(_ name: String) -> String {
        repository.appending(path: "Tests/Fixtures").appending(path: name).path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// 1.2 seconds of speech.
    static var recording: [UInt8] { get throws { try bytes("speech/mono.wav") } }

    /// A WAV file: 8 bits, 8,000 samples a second.
    static func silence(seconds: Int) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let size = seconds * 8_000
        let format = word(16) + [1, 0, 1, 0] + word(8_000) + word(8_000) + [1, 0, 8, 0]
        return Array("RIFF".utf8) + word(36 + size) + Array("WAVEfmt ".utf8) + format + Array("data".utf8) + word(size)
            + [UInt8](repeating: 128, count: size)
    }

    /// The features of the tiny avatar's own recording, over and over.
    static func features(_ count: Int) throws -> [UInt8] {
        let own = try NumpyFile.read(path: path("avatars/tiny/aud.npy")).values
        let size = count * SpeechFeatures.steps * SpeechFeatures.characters
        return NumpyFile.encode(
            Tensor(
                shape: [count, SpeechFeatures.steps, SpeechFeatures.characters],
                values: (0..<size).map { own[$0 % own.count] }))
    }

    /// The picture of the tiny avatar's background, a PNG.
    static var picture: [UInt8] { get throws { try bytes("avatars/tiny/bc.png") } }

    /// A transforms JSON.
    static var poses: [UInt8] { get throws { try bytes("avatars/tiny/transforms_train.json") } }

    /// Copies the tiny avatar, which is 24 pixels wide, without what was learnt about it.
    ///
    /// - Parameter variant: avatars of different ones have different fingerprints.
    static func copyAvatar(to folder: String, variant: UInt8 = 0) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: path("avatars/tiny")) where name.contains(".") {
            guard !name.hasPrefix(".") else { continue }
            try files.copyItem(atPath: path("avatars/tiny/\(name)"), toPath: "\(folder)/\(name)")
        }
        guard variant > 0 else { return }
        // The last bits of the checkpoint's last number.
        let head = URL(filePath: "\(folder)/100000_head.tar")
        var bytes = try Data(contentsOf: head)
        bytes[bytes.count - 4] ^= variant
        try bytes.write(to: head)
    }
}
