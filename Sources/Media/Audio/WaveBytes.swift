import Engine

/// A WAV file that came out of a pipe, whose header cannot have known how long it is.
struct WaveBytes {
    private static let headerSize = 44
    /// The same with its sizes put right.
    let file: [UInt8]

    /// - Throws: `.toolFailed` for anything but one channel of 16 bits behind the shortest header there is,
    ///   `.invalidValue` where there is nothing to hear.
    init(_ bytes: [UInt8]) throws(EngineError) {
        // Nothing at all comes of a text that has no sound.
        guard !bytes.isEmpty else { throw Self.silence }
        guard bytes.count >= Self.headerSize, bytes[0..<4].elementsEqual("RIFF".utf8),
            bytes[8..<16].elementsEqual("WAVEfmt ".utf8), bytes[22...23].elementsEqual([1, 0]),
            bytes[34...35].elementsEqual([16, 0]), bytes[36..<40].elementsEqual("data".utf8)
        else {
            throw EngineError(
                .toolFailed, VoiceSynthesizer.program, found: "something else than speech",
                expected: "16-bit WAV of one channel")
        }
        let size = (bytes.count - Self.headerSize) / 2 * 2
        let samples = bytes[Self.headerSize..<Self.headerSize + size]
        guard samples.contains(where: { $0 != 0 }) else { throw Self.silence }
        var file = Array(bytes[..<(Self.headerSize + size)])
        for byte in 0..<4 {
            file[4 + byte] = UInt8(truncatingIfNeeded: (size + 36) >> (8 * byte))
            file[40 + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte))
        }
        self.file = file
    }

    private static var silence: EngineError {
        EngineError(
            .invalidValue, "text", found: "nothing that can be heard", expected: "words",
            remedy: "write a sentence, or choose a voice of its language")
    }
}
