import Engine

/// An encoded sound on disk, its packets found by time.
///
/// The file, all numbers big-endian: the magic `ADNSOUND`; words (32 bits) for version (1), codec (0 AAC-LC, 1 Opus),
/// channels, samples in a packet and priming; a long (64 bits) for the samples of sound; words for the configuration's
/// size and the number of packets; the configuration; a word for each packet's size; the packets one after the other.
public final class EncodedSoundtrack: Sendable {
    /// Samples a second, always.
    static let sampleRate = 48_000
    static let samplesPerFrame = sampleRate / VideoTimeline.frameRate
    private static let magic = Array("ADNSOUND".utf8)
    private static let version: UInt32 = 1
    private static let headerSize = 8 + 5 * 4 + 8 + 2 * 4

    /// MP4 for AAC-LC, WebM for Opus.
    public let format: VideoFormat
    public let channels: Int
    /// Samples of sound of each channel, what the encoder puts in front of them and behind them not counted.
    public let sampleCount: Int
    /// Samples of each channel that a decoder gives before the sound begins, to be left out.
    let priming: Int
    let samplesPerPacket: Int
    /// The `AudioSpecificConfig` of AAC, the identification header of Opus.
    let configuration: [UInt8]
    private let file: MappedFile
    /// Where each packet starts in the file, and the end of the last one.
    private let offsets: [Int]

    /// - Throws: `.unreadable`; `.malformed` for a file that is cut off or not a soundtrack.
    public init(path: String) throws(EngineError) {
        let malformed = EngineError(
            .malformed, path, found: "a file that is not a soundtrack or is cut off", remedy: "encode the sound again")
        file = try MappedFile(path: path)
        let bytes = file.bytes
        guard bytes.count >= Self.headerSize, bytes.starts(with: Self.magic) else { throw malformed }
        let words = stride(from: 8, to: Self.headerSize, by: 4).map { Int(BoxReader.word(bytes, $0)) }
        guard words[0] == Self.version, words[1] <= 1, (1...8).contains(words[2]), (1...48_000).contains(words[3]),
            words[4] <= 48_000, let sampleCount = BoxReader.long(bytes, 28), (1...(1 << 40)).contains(sampleCount),
            words[7] <= (words[1] == 0 ? 64 : 276)
        else { throw malformed }
        format = words[1] == 0 ? .mp4 : .webm
        channels = words[2]
        samplesPerPacket = words[3]
        priming = words[4]
        self.sampleCount = sampleCount
        let (configurationSize, packetCount) = (words[7], words[8])
        let sizes = Self.headerSize + configurationSize
        guard packetCount <= (bytes.count - min(sizes, bytes.count)) / 4,
            packetCount == (priming + sampleCount + samplesPerPacket - 1) / samplesPerPacket
        else { throw malformed }
        configuration = Array(bytes[Self.headerSize..<sizes])
        var offsets = [sizes + packetCount * 4]
        offsets.reserveCapacity(packetCount + 1)
        for packet in 0..<packetCount {
            offsets.append(offsets[packet] + Int(BoxReader.word(bytes, sizes + packet * 4)))
        }
        guard offsets[packetCount] == bytes.count else { throw malformed }
        self.offsets = offsets
    }

    var packetCount: Int { offsets.count - 1 }

    func packet(_ index: Int) -> [UInt8] { Array(file.bytes[offsets[index]..<offsets[index + 1]]) }

    /// Samples that a packet adds; the last one's are cut where the sound ends.
    func duration(ofPacket index: Int) -> Int {
        min(samplesPerPacket, priming + sampleCount - index * samplesPerPacket)
    }

    /// Bits a second.
    var bitRate: Int { (offsets[packetCount] - offsets[0]) * 8 * Self.sampleRate / sampleCount }

    /// The packets that go with a segment: those that start in it, the first segment's with all before, the last one's
    /// with all behind.
    ///
    /// - Parameter lead: samples by which the first packet starts before the first frame.
    func packets(of segment: Int, in timeline: VideoTimeline, lead: Int) -> Range<Int> {
        func first(_ segment: Int) -> Int {
            guard segment > 0 else { return 0 }
            guard segment < timeline.segmentCount else { return packetCount }
            let start = timeline.frames(ofSegment: segment).lowerBound * Self.samplesPerFrame + lead
            return min((start + samplesPerPacket - 1) / samplesPerPacket, packetCount)
        }
        return first(segment)..<first(segment + 1)
    }

    /// A soundtrack's file; there are at least as many packets as the sound needs, and those beyond are left out.
    ///
    /// - Throws: `.malformed` if there are too few.
    static func file(
        format: VideoFormat, channels: Int, samplesPerPacket: Int, priming: Int, sampleCount: Int,
        configuration: [UInt8], packets: [ArraySlice<UInt8>], name: String
    ) throws(EngineError) -> [UInt8] {
        let count = (priming + sampleCount + samplesPerPacket - 1) / samplesPerPacket
        guard packets.count >= count else {
            throw EngineError(
                .malformed, name, found: "\(packets.count) packets of encoded sound", expected: "\(count)",
                remedy: "record or export the audio again")
        }
        let packets = packets.prefix(count)
        var writer = BoxWriter()
        writer.put(magic)
        for word in [Int(version), format == .mp4 ? 0 : 1, channels, samplesPerPacket, priming] {
            writer.put(UInt32(word))
        }
        writer.put(UInt64(sampleCount))
        writer.put(UInt32(configuration.count))
        writer.put(UInt32(count))
        writer.put(configuration)
        for packet in packets { writer.put(UInt32(packet.count)) }
        for packet in packets { writer.put(packet) }
        return writer.bytes
    }
}
