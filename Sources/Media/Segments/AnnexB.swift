import Engine

/// An H.264 byte stream (ITU-T H.264 annex B) as x264 writes it, taken apart for a container.
struct AnnexB {
    /// Types of NAL units (table 7-1).
    private enum Kind {
        static let slice: UInt8 = 1
        static let keySlice: UInt8 = 5
        static let information: UInt8 = 6
        static let sequenceParameters: UInt8 = 7
        static let pictureParameters: UInt8 = 8
        static let delimiter: UInt8 = 9
    }

    let sequenceParameters: [UInt8]
    let pictureParameters: [UInt8]
    /// One for each picture, without parameter sets, which go to the container's header, and without supplemental
    /// information, in which x264 signs its work.
    let samples: [VideoSample]

    /// - Throws: `.malformed` for a stream without parameter sets, with different ones, or with units of other types.
    init(_ bytes: [UInt8]) throws(EngineError) {
        var sequence: [UInt8]?
        var picture: [UInt8]?
        var samples: [VideoSample] = []
        for range in Self.units(bytes) {
            let unit = bytes[range]
            guard let header = unit.first else { continue }
            switch header & 0x1F {
            case Kind.information, Kind.delimiter: continue
            case Kind.sequenceParameters: try Self.keep(unit, in: &sequence)
            case Kind.pictureParameters: try Self.keep(unit, in: &picture)
            case Kind.slice, Kind.keySlice:
                // first_mb_in_slice is 0, a single 1 bit, in the slice that starts a picture (section 7.3.3).
                let startsPicture = unit.count > 1 && unit[unit.startIndex + 1] & 0x80 != 0
                if startsPicture || samples.isEmpty {
                    samples.append(VideoSample(bytes: [], isKey: header & 0x1F == Kind.keySlice))
                }
                samples[samples.count - 1].bytes += UInt32(unit.count).bigEndianBytes + unit
            case let kind: throw Self.malformed("a unit of type \(kind)")
            }
        }
        guard let sequence, let picture, sequence.count >= 4, sequence.count <= UInt16.max, picture.count <= UInt16.max
        else { throw Self.malformed("no parameter sets") }
        (sequenceParameters, pictureParameters, self.samples) = (sequence, picture, samples)
    }

    /// The `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15 section 5.3.3.1) for 8-bit 4:2:0.
    var configuration: [UInt8] {
        let version: UInt8 = 1
        // Reserved bits are ones. Lengths have four bytes.
        var record: [UInt8] = [version] + sequenceParameters[1...3] + [0xFC | 3]
        record += [0xE0 | 1] + UInt16(sequenceParameters.count).bigEndianBytes + sequenceParameters
        record += [1] + UInt16(pictureParameters.count).bigEndianBytes + pictureParameters
        let profilesWithFormat: [UInt8] = [100, 110, 122, 144]
        if profilesWithFormat.contains(sequenceParameters[1]) { record += [0xFC | 1, 0xF8, 0xF8, 0] }
        return record
    }

    /// The NAL units' places: between start codes of three bytes, trailing zeros left out (section B.1).
    static func units(_ bytes: [UInt8]) -> [Range<Int>] {
        bytes.withUnsafeBufferPointer { bytes in
            var units: [Range<Int>] = []
            var start: Int?
            func close(at end: Int) {
                guard let start else { return }
                var end = end
                while end > start && bytes[end - 1] == 0 { end -= 1 }
                units.append(start..<end)
            }
            var position = 0
            while position + 2 < bytes.count {
                if bytes[position + 2] > 1 {
                    position += 3
                } else if bytes[position] == 0 && bytes[position + 1] == 0 && bytes[position + 2] == 1 {
                    close(at: position)
                    position += 3
                    start = position
                } else {
                    position += 1
                }
            }
            close(at: bytes.count)
            return units
        }
    }

    private static func keep(_ unit: ArraySlice<UInt8>, in place: inout [UInt8]?) throws(EngineError) {
        guard place == nil || place![...] == unit else { throw malformed("two different parameter sets") }
        place = Array(unit)
    }

    private static func malformed(_ what: String) -> EngineError {
        EngineError(.malformed, "H.264 stream", found: what, expected: "one as x264 writes it")
    }
}

extension FixedWidthInteger {
    /// The bytes, the most significant first.
    var bigEndianBytes: [UInt8] { Swift.withUnsafeBytes(of: bigEndian) { Array($0) } }
}
