import Engine

/// An MP4 in fragments (ISO/IEC 14496-12 section 8.8): a header, and a `moof` and an `mdat` for each segment.
///
/// A segment's `mdat` holds its pictures, then its sound. CMAF (ISO/IEC 23000-19) is kept to as far as a file with two
/// tracks can: one fragment a segment that starts with a key frame, default-base-is-moof, decode times of 64 bits.
struct FragmentedMP4 {
    private static let keyFlags: UInt32 = 0x0200_0000
    private static let dependentFlags: UInt32 = 0x0101_0000

    let movie: MovieWriter

    var header: [UInt8] {
        var writer = BoxWriter()
        MovieWriter.fileType(&writer, brands: ["iso6", "iso5", "avc1", "mp41"])
        movie.movie(&writer, tables: nil)
        return writer.bytes
    }

    /// The `AVCDecoderConfigurationRecord` in a header.
    static func configuration(ofHeader header: [UInt8]) -> [UInt8]? {
        header.withUnsafeBytes { bytes in
            let path = ["moov", "trak", "mdia", "minf", "stbl"]
            let entries = BoxReader.boxes(in: bytes, at: path).filter { $0.type == "stsd" && $0.content.count > 8 }
            for entry in entries {
                let list = entry.content.dropFirst(8)
                for box in BoxReader.boxes(in: bytes, list) where box.type == "avc1" && box.content.count > 78 {
                    let parts = BoxReader.boxes(in: bytes, box.content.dropFirst(78))
                    return parts.first { $0.type == "avcC" }.map { Array(bytes[$0.content]) }
                }
            }
            return nil
        }
    }

    /// - Throws: `.invalidValue` for more than 2 GB.
    func segment(_ index: Int, _ samples: [VideoSample]) throws(EngineError) -> [UInt8] {
        let sound = movie.soundtrack.map { ($0, $0.packets(of: index, in: movie.timeline, lead: $0.priming)) }
        let packets = sound.map { soundtrack, range in range.map(soundtrack.packet) } ?? []
        let videoSize = samples.reduce(0) { $0 + $1.bytes.count }
        let size = packets.reduce(videoSize) { $0 + $1.count }
        guard size < Int32.max - 1 << 20 else {
            throw EngineError(.invalidValue, "segment \(index)", found: "\(size) bytes", expected: "less than 2 GB")
        }
        func fragment(dataOffset: Int) -> BoxWriter {
            var writer = BoxWriter()
            writer.box("moof") { moof in
                moof.box("mfhd", version: 0) { $0.put(UInt32(index + 1)) }
                videoRun(&moof, index, samples, dataOffset)
                if let sound, !packets.isEmpty {
                    soundRun(&moof, sound.0, sound.1, packets.map(\.count), dataOffset + videoSize)
                }
            }
            return writer
        }
        // The offset counts from the start of the moof, whose size does not depend on it.
        var writer = fragment(dataOffset: fragment(dataOffset: 0).bytes.count + 8)
        writer.box("mdat") { mdat in
            for sample in samples { mdat.put(sample.bytes) }
            for packet in packets { mdat.put(packet) }
        }
        return writer.bytes
    }

    private func videoRun(_ writer: inout BoxWriter, _ index: Int, _ samples: [VideoSample], _ dataOffset: Int) {
        let first = movie.timeline.frames(ofSegment: index).lowerBound
        writer.box("traf") { traf in
            // Default base, duration and flags.
            traf.box("tfhd", version: 0, flags: 0x02_0028) {
                $0.put(MovieWriter.videoTrack)
                $0.put(UInt32(MovieWriter.frameDuration))
                $0.put(Self.dependentFlags)
            }
            traf.box("tfdt", version: 1) { $0.put(UInt64(first * MovieWriter.frameDuration)) }
            // Data offset, the first sample's flags, and each sample's size.
            traf.box("trun", version: 0, flags: 0x205) {
                $0.put(UInt32(samples.count))
                $0.put(Int32(dataOffset))
                $0.put(Self.keyFlags)
                for sample in samples { $0.put(UInt32(sample.bytes.count)) }
            }
        }
    }

    private func soundRun(
        _ writer: inout BoxWriter, _ soundtrack: EncodedSoundtrack, _ packets: Range<Int>, _ sizes: [Int],
        _ dataOffset: Int
    ) {
        writer.box("traf") { traf in
            traf.box("tfhd", version: 0, flags: 0x02_0028) {
                $0.put(MovieWriter.soundTrack)
                $0.put(UInt32(soundtrack.samplesPerPacket))
                $0.put(Self.keyFlags)
            }
            traf.box("tfdt", version: 1) { $0.put(UInt64(packets.lowerBound * soundtrack.samplesPerPacket)) }
            // Durations too, since the last one of all is shorter.
            traf.box("trun", version: 0, flags: 0x301) {
                $0.put(UInt32(packets.count))
                $0.put(Int32(dataOffset))
                for (packet, size) in zip(packets, sizes) {
                    $0.put(UInt32(soundtrack.duration(ofPacket: packet)))
                    $0.put(UInt32(size))
                }
            }
        }
    }
}
