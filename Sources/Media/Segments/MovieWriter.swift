/// Writes what describes an MP4's tracks (ISO/IEC 14496-12 section 8), for a movie in fragments or in one piece.
///
/// No times of creation: the same movie has the same bytes.
struct MovieWriter {
    static let videoTrack: UInt32 = 1
    static let soundTrack: UInt32 = 2
    /// Units of the movie's time in a second; a frame has 40.
    private static let movieScale = 1_000
    /// Units of the video's time in a second.
    private static let videoScale = 12_800
    /// Units of the video's time in a frame.
    static let frameDuration = videoScale / VideoTimeline.frameRate

    /// Where a track's samples are; empty for a movie in fragments.
    struct SampleTable {
        /// Runs of samples of equal duration.
        var durations: [(count: Int, duration: Int)] = []
        /// Bytes of each.
        var sizes: [Int] = []
        /// Samples at which decoding can start, from 0; nil for all.
        var keys: [Int]?
        /// Samples in each chunk, and where it is in the file.
        var chunks: [(count: Int, offset: Int)] = []
    }

    let layout: VideoLayout
    let timeline: VideoTimeline
    /// The `AVCDecoderConfigurationRecord`.
    let configuration: [UInt8]
    let soundtrack: EncodedSoundtrack?

    /// The type of a file that needs what `brands` stand for.
    static func fileType(_ writer: inout BoxWriter, brands: [String]) {
        writer.box("ftyp") {
            $0.put(brands[0])
            $0.put(UInt32(512))
            for brand in brands { $0.put(brand) }
        }
    }

    /// - Parameter tables: the video's and the sound's samples; nil if they come in fragments.
    func movie(_ writer: inout BoxWriter, tables: (video: SampleTable, sound: SampleTable)?) {
        let frames = tables == nil ? 0 : timeline.frameCount
        let duration = UInt32(frames * Self.movieScale / VideoTimeline.frameRate)
        writer.box("moov") { moov in
            moov.box("mvhd", version: 0) {
                $0.zeros(8)
                $0.put(UInt32(Self.movieScale))
                $0.put(duration)
                // Speed and loudness 1.
                $0.put(UInt32(0x1_0000))
                $0.put(UInt16(0x100))
                $0.zeros(10)
                Self.matrix(&$0)
                $0.zeros(24)
                $0.put(Self.soundTrack + 1)
            }
            track(&moov, Self.videoTrack, duration) { track in
                media(&track, scale: Self.videoScale, duration: frames * Self.frameDuration, handler: "vide") {
                    $0.box("vmhd", version: 0, flags: 1) { $0.zeros(8) }
                } table: {
                    Self.table(&$0, tables?.video ?? SampleTable(), description: videoEntry)
                }
            }
            if let soundtrack {
                track(&moov, Self.soundTrack, duration) { track in
                    // The sound begins behind the encoder's priming; a duration of 0 is that of all fragments.
                    track.box("edts") {
                        $0.box("elst", version: 0) {
                            $0.put(UInt32(1))
                            $0.put(duration)
                            $0.put(UInt32(soundtrack.priming))
                            $0.put(UInt32(0x1_0000))
                        }
                    }
                    let samples = tables == nil ? 0 : soundtrack.priming + soundtrack.sampleCount
                    media(&track, scale: EncodedSoundtrack.sampleRate, duration: samples, handler: "soun") {
                        $0.box("smhd", version: 0) { $0.zeros(4) }
                    } table: {
                        Self.table(&$0, tables?.sound ?? SampleTable()) { soundEntry(&$0, soundtrack) }
                    }
                }
            }
            if tables == nil { fragmentDefaults(&moov) }
        }
    }

    private func fragmentDefaults(_ writer: inout BoxWriter) {
        writer.box("mvex") { mvex in
            for track in soundtrack == nil ? [Self.videoTrack] : [Self.videoTrack, Self.soundTrack] {
                mvex.box("trex", version: 0) {
                    $0.put(track)
                    // The first and only sample description; no other defaults.
                    $0.put(UInt32(1))
                    $0.zeros(12)
                }
            }
        }
    }

    private func track(
        _ writer: inout BoxWriter, _ number: UInt32, _ duration: UInt32, _ content: (inout BoxWriter) -> Void
    ) {
        let isSound = number == Self.soundTrack
        writer.box("trak") { trak in
            // Enabled and part of the movie.
            trak.box("tkhd", version: 0, flags: 3) {
                $0.zeros(8)
                $0.put(number)
                $0.zeros(4)
                $0.put(duration)
                $0.zeros(12)
                $0.put(UInt16(isSound ? 0x100 : 0))
                $0.zeros(2)
                Self.matrix(&$0)
                $0.put(UInt32(isSound ? 0 : layout.codedWidth << 16))
                $0.put(UInt32(isSound ? 0 : layout.codedHeight << 16))
            }
            content(&trak)
        }
    }

    private func media(
        _ writer: inout BoxWriter, scale: Int, duration: Int, handler: String, header: (inout BoxWriter) -> Void,
        table: (inout BoxWriter) -> Void
    ) {
        writer.box("mdia") { mdia in
            mdia.box("mdhd", version: 0) {
                $0.zeros(8)
                $0.put(UInt32(scale))
                $0.put(UInt32(duration))
                // Language "und" in three times five bits.
                $0.put(UInt16(0x55C4))
                $0.zeros(2)
            }
            mdia.box("hdlr", version: 0) {
                $0.zeros(4)
                $0.put(handler)
                $0.zeros(13)
            }
            mdia.box("minf") { minf in
                header(&minf)
                minf.box("dinf") {
                    $0.box("dref", version: 0) {
                        $0.put(UInt32(1))
                        // The media are in this file.
                        $0.box("url ", version: 0, flags: 1)
                    }
                }
                minf.box("stbl", table)
            }
        }
    }

    private static func table(
        _ writer: inout BoxWriter, _ table: SampleTable, description: (inout BoxWriter) -> Void
    ) {
        writer.box("stsd", version: 0) {
            $0.put(UInt32(1))
            description(&$0)
        }
        writer.box("stts", version: 0) {
            $0.put(UInt32(table.durations.count))
            for run in table.durations {
                $0.put(UInt32(run.count))
                $0.put(UInt32(run.duration))
            }
        }
        if let keys = table.keys {
            writer.box("stss", version: 0) {
                $0.put(UInt32(keys.count))
                for key in keys { $0.put(UInt32(key + 1)) }
            }
        }
        writer.box("stsc", version: 0) {
            let runs = table.chunks.indices.filter { $0 == 0 || table.chunks[$0].count != table.chunks[$0 - 1].count }
            $0.put(UInt32(runs.count))
            for chunk in runs {
                $0.put(UInt32(chunk + 1))
                $0.put(UInt32(table.chunks[chunk].count))
                $0.put(UInt32(1))
            }
        }
        writer.box("stsz", version: 0) {
            $0.put(UInt32(0))
            $0.put(UInt32(table.sizes.count))
            for size in table.sizes { $0.put(UInt32(size)) }
        }
        // All of one width, so that the table's size does not depend on where it lies.
        let isLong = (table.chunks.last?.offset ?? 0) > UInt32.max
        writer.box(isLong ? "co64" : "stco", version: 0) {
            $0.put(UInt32(table.chunks.count))
            for chunk in table.chunks {
                if isLong { $0.put(UInt64(chunk.offset)) } else { $0.put(UInt32(chunk.offset)) }
            }
        }
    }

    private func videoEntry(_ writer: inout BoxWriter) {
        writer.box("avc1") { avc1 in
            avc1.zeros(6)
            avc1.put(UInt16(1))
            avc1.zeros(16)
            avc1.put(UInt16(layout.codedWidth))
            avc1.put(UInt16(layout.codedHeight))
            // 72 dots an inch, one frame a sample, no name, 24 bits.
            avc1.put(UInt32(72 << 16))
            avc1.put(UInt32(72 << 16))
            avc1.zeros(4)
            avc1.put(UInt16(1))
            avc1.zeros(32)
            avc1.put(UInt16(24))
            avc1.put(Int16(-1))
            avc1.box("avcC") { $0.put(configuration) }
            avc1.box("colr") {
                // BT.709 primaries, transfer and matrix, limited range.
                $0.put("nclx")
                for _ in 0..<3 { $0.put(UInt16(1)) }
                $0.put(UInt8(0))
            }
        }
    }

    private func soundEntry(_ writer: inout BoxWriter, _ soundtrack: EncodedSoundtrack) {
        writer.box("mp4a") { mp4a in
            mp4a.zeros(6)
            mp4a.put(UInt16(1))
            mp4a.zeros(8)
            mp4a.put(UInt16(soundtrack.channels))
            mp4a.put(UInt16(16))
            mp4a.zeros(4)
            mp4a.put(UInt32(EncodedSoundtrack.sampleRate << 16))
            mp4a.box("esds", version: 0) { esds in
                // Descriptors of ISO/IEC 14496-1 section 7.2.6, each with its tag and size.
                let specific = [0x05, UInt8(soundtrack.configuration.count)] + soundtrack.configuration
                let bitRate = UInt32(clamping: soundtrack.bitRate).bigEndianBytes
                // MPEG-4 audio in an audio stream; buffer of 6144 bits a channel.
                let buffer = UInt32(768 * soundtrack.channels).bigEndianBytes.suffix(3)
                let decoder: [UInt8] = [0x40, 0x15] + buffer + bitRate + bitRate + specific
                let stream: [UInt8] = [0, 0, 0] + [0x04, UInt8(decoder.count)] + decoder + [0x06, 1, 2]
                esds.put([0x03, UInt8(stream.count)] + stream)
            }
        }
    }

    private static func matrix(_ writer: inout BoxWriter) {
        for value: UInt32 in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] { writer.put(value) }
    }
}
