import Engine

/// AAC in frames with a header each (ISO/IEC 13818-7 section 6.2), taken apart for a container.
struct ADTS {
    /// What the decoder must know: the `AudioSpecificConfig` (ISO/IEC 14496-3 section 1.6.2.1).
    let configuration: [UInt8]
    let sampleRate: Int
    let channels: Int
    /// Each frame's place, its header left out.
    let frames: [Range<Int>]

    private static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    /// - Throws: `.malformed` for what is no such stream, is cut off, or changes on the way.
    init(_ bytes: [UInt8]) throws(EngineError) {
        var frames: [Range<Int>] = []
        var fixed: [UInt8]?
        var start = 0
        while start < bytes.count {
            guard bytes.count - start >= 7, bytes[start] == 0xFF, bytes[start + 1] & 0xF6 == 0xF0 else {
                throw Self.malformed("no frame", at: start)
            }
            let header = bytes[start..<start + 7].map { Int($0) }
            let size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
            // Without protection there is no checksum behind the header.
            let payload = start + (header[1] & 1 == 1 ? 7 : 9)
            guard size <= bytes.count - start, start + size > payload, header[6] & 3 == 0 else {
                throw Self.malformed("a frame of \(size) bytes", at: start)
            }
            let current = [bytes[start + 2], bytes[start + 3] & 0xC0]
            guard fixed == nil || fixed == current else { throw Self.malformed("another kind of frame", at: start) }
            fixed = current
            frames.append(payload..<start + size)
            start += size
        }
        guard let fixed else { throw Self.malformed("no frame", at: 0) }
        let rate = fixed[0] >> 2 & 15
        let channels = (fixed[0] & 1) << 2 | fixed[1] >> 6
        guard rate < Self.sampleRates.count, (1...7).contains(channels) else {
            throw Self.malformed("an unknown sample rate or channel layout", at: 0)
        }
        sampleRate = Self.sampleRates[Int(rate)]
        self.channels = channels == 7 ? 8 : Int(channels)
        // The header counts object types from 0.
        let objectType = fixed[0] >> 6 + 1
        configuration = [objectType << 3 | rate >> 1, rate << 7 | channels << 3]
        self.frames = frames
    }

    private static func malformed(_ what: String, at position: Int) -> EngineError {
        EngineError(.malformed, "AAC stream", found: "\(what) at byte \(position)", expected: "ADTS frames")
    }
}
