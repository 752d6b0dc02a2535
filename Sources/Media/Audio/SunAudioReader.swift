/// Takes Sun audio (`.au`) of one 16-bit channel as it comes out of a pipe, in pieces of any size.
///
/// A header of big-endian words: magic, offset of the samples, their length (unknown in a pipe), encoding (3 is
/// 16-bit), sample rate, channels, and a remark up to the samples.
struct SunAudioReader {
    private static let headerSize = 24

    /// Samples a second; nil until the header is there.
    private(set) var sampleRate: Int?
    private(set) var samples: [Int16] = []
    /// Whether this is something else.
    private(set) var isMalformed = false
    private var header: [UInt8] = []
    /// Bytes before the samples that are still to come.
    private var remark = 0
    /// The first byte of a sample whose second is in the next piece.
    private var half: UInt8?

    mutating func take(_ piece: UnsafeRawBufferPointer) {
        var rest = piece[...]
        if sampleRate == nil {
            let part = rest.prefix(Self.headerSize - header.count)
            header += part
            rest = rest[part.endIndex...]
            guard header.count == Self.headerSize else { return }
            readHeader()
        }
        let skipped = min(remark, rest.count)
        remark -= skipped
        rest = rest.dropFirst(skipped)
        guard !isMalformed, let low = rest.first else { return }
        if let high = half {
            samples.append(Int16(bitPattern: UInt16(high) << 8 | UInt16(low)))
            rest = rest.dropFirst()
        }
        half = rest.count % 2 == 1 ? rest.last : nil
        let whole = UnsafeRawBufferPointer(rebasing: rest.prefix(rest.count / 2 * 2))
        for offset in stride(from: 0, to: whole.count, by: 2) {
            samples.append(Int16(bigEndian: whole.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
        }
    }

    private mutating func readHeader() {
        let words = header.withUnsafeBytes { bytes in
            stride(from: 0, to: Self.headerSize, by: 4).map { Int(BoxReader.word(bytes, $0)) }
        }
        sampleRate = words[4]
        isMalformed =
            header.prefix(4) != Array(".snd".utf8)[...] || !(Self.headerSize...4_096).contains(words[1])
            || words[3] != 3 || words[4] == 0 || words[5] != 1
        remark = isMalformed ? 0 : words[1] - Self.headerSize
    }
}
