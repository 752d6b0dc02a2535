import Engine

/// A WebM (RFC 9559) of which every segment is a cluster.
///
/// Live, the header ends behind the tracks and leaves the length open. The finished file has the same clusters, with a
/// duration and an index in front of them.
struct WebMStream {
    private static let videoTrack: UInt64 = 1
    private static let soundTrack: UInt64 = 2
    /// Milliseconds of a frame.
    private static let frameDuration = 1_000 / VideoTimeline.frameRate
    /// Bytes of the header of an element with an identifier of four bytes as `EBMLWriter.header` writes it.
    private static let headerSize = 12

    let layout: VideoLayout
    let timeline: VideoTimeline
    let soundtrack: EncodedSoundtrack?

    var header: [UInt8] {
        var writer = EBMLWriter()
        fileHeader(&writer)
        writer.openElement(WebM.segment)
        info(&writer, duration: nil)
        tracks(&writer)
        return writer.bytes
    }

    /// Samples of sound start with a packet's own time: what is left out in front is told as the codec's delay.
    func segment(_ index: Int, _ samples: [VideoSample]) -> [UInt8] {
        let first = timeline.frames(ofSegment: index).lowerBound
        let start = first * Self.frameDuration
        var packets = (soundtrack?.packets(of: index, in: timeline, lead: 0) ?? 0..<0)[...]
        var writer = EBMLWriter()
        writer.element(WebM.cluster) { cluster in
            cluster.element(WebM.timestamp, UInt64(start))
            for (offset, sample) in samples.enumerated() {
                let time = offset * Self.frameDuration
                sound(&cluster, &packets, before: time, start)
                picture(&cluster, sample, time)
            }
            sound(&cluster, &packets, before: .max, start)
        }
        return writer.bytes
    }

    /// - Parameter write: takes the file's bytes, one piece after the other.
    func assemble(
        segmentPaths: [String], write: (UnsafeRawBufferPointer) throws(EngineError) -> Void
    ) throws(EngineError) {
        var sizes: [Int] = []
        for (index, path) in segmentPaths.enumerated() {
            let file = try MappedFile(path: path)
            guard Self.isCluster(file.bytes, start: timeline.frames(ofSegment: index).lowerBound * Self.frameDuration)
            else {
                throw EngineError(
                    .malformed, path, found: "a file that is not segment \(index) or is damaged",
                    remedy: "render it again")
            }
            sizes.append(file.bytes.count)
        }
        let head = head(sizes: sizes)
        try head.withUnsafeBufferPointer { data throws(EngineError) in try write(UnsafeRawBufferPointer(data)) }
        for (path, size) in zip(segmentPaths, sizes) {
            let file = try MappedFile(path: path)
            guard file.bytes.count == size else {
                throw EngineError(.malformed, path, found: "a file that changed while it was read")
            }
            try write(file.bytes)
        }
    }

    /// Everything in front of the clusters.
    private func head(sizes: [Int]) -> [UInt8] {
        var body = EBMLWriter()
        info(&body, duration: timeline.frameCount * Self.frameDuration)
        let infoSize = body.bytes.count
        tracks(&body)
        let tracksEnd = body.bytes.count
        // Positions count from the start of the segment's content and are written in eight bytes, so that sizes are
        // known before them.
        func seekHead(offset: Int) -> [UInt8] {
            var writer = EBMLWriter()
            writer.element(WebM.seekHead) { seekHead in
                for (id, position) in [(WebM.info, 0), (WebM.tracks, infoSize), (WebM.cues, tracksEnd)] {
                    seekHead.element(WebM.seek) {
                        $0.element(WebM.seekID, UInt64(id))
                        $0.element(WebM.seekPosition, fixed: UInt64(offset + position))
                    }
                }
            }
            return writer.bytes
        }
        func cues(offset: Int) -> [UInt8] {
            var writer = EBMLWriter()
            writer.element(WebM.cues) { cues in
                var position = offset
                for (index, size) in sizes.enumerated() {
                    let time = timeline.frames(ofSegment: index).lowerBound * Self.frameDuration
                    cues.element(WebM.cuePoint) { point in
                        point.element(WebM.cueTime, UInt64(time))
                        point.element(WebM.cueTrackPositions) {
                            $0.element(WebM.cueTrack, Self.videoTrack)
                            $0.element(WebM.cueClusterPosition, fixed: UInt64(position))
                        }
                    }
                    position += size
                }
            }
            return writer.bytes
        }
        let front = seekHead(offset: seekHead(offset: 0).count) + body.bytes
        let index = cues(offset: front.count + cues(offset: 0).count)
        var writer = EBMLWriter()
        fileHeader(&writer)
        writer.header(WebM.segment, size: front.count + index.count + sizes.reduce(0, +))
        writer.put(front)
        writer.put(index)
        return writer.bytes
    }

    private static func isCluster(_ bytes: UnsafeRawBufferPointer, start: Int) -> Bool {
        var reader = EBMLReader(bytes, 0..<bytes.count)
        guard let cluster = reader.next(), cluster.id == WebM.cluster, cluster.content?.upperBound == bytes.count,
            let timestamp = reader.next(), timestamp.id == WebM.timestamp, let content = timestamp.content
        else { return false }
        return EBMLReader.unsigned(bytes, content) == UInt64(start)
    }

    private func fileHeader(_ writer: inout EBMLWriter) {
        writer.element(WebM.ebml) {
            $0.element(WebM.ebmlVersion, 1)
            $0.element(WebM.ebmlReadVersion, 1)
            $0.element(WebM.ebmlMaxIDLength, 4)
            $0.element(WebM.ebmlMaxSizeLength, 8)
            $0.element(WebM.docType, text: "webm")
            $0.element(WebM.docTypeVersion, 4)
            $0.element(WebM.docTypeReadVersion, 2)
        }
    }

    /// - Parameter duration: milliseconds; nil while it is open.
    private func info(_ writer: inout EBMLWriter, duration: Int?) {
        writer.element(WebM.info) {
            // Nanoseconds of a unit of time.
            $0.element(WebM.timestampScale, 1_000_000)
            if let duration { $0.element(WebM.duration, float: Double(duration)) }
            $0.element(WebM.muxingApp, text: "adnerf")
            $0.element(WebM.writingApp, text: "adnerf")
        }
    }

    private func tracks(_ writer: inout EBMLWriter) {
        writer.element(WebM.tracks) { tracks in
            tracks.element(WebM.trackEntry) { track in
                track.element(WebM.trackNumber, Self.videoTrack)
                track.element(WebM.trackUID, Self.videoTrack)
                track.element(WebM.trackType, 1)
                track.element(WebM.flagLacing, 0)
                track.element(WebM.defaultDuration, UInt64(Self.frameDuration * 1_000_000))
                if layout.transparent { track.element(WebM.maxBlockAdditionID, 1) }
                track.element(WebM.codecID, text: "V_VP9")
                track.element(WebM.video) { video in
                    video.element(WebM.pixelWidth, UInt64(layout.codedWidth))
                    video.element(WebM.pixelHeight, UInt64(layout.codedHeight))
                    // Progressive.
                    video.element(WebM.flagInterlaced, 2)
                    if layout.transparent { video.element(WebM.alphaMode, 1) }
                    video.element(WebM.colour) {
                        // BT.709 in limited range.
                        $0.element(WebM.matrixCoefficients, 1)
                        $0.element(WebM.range, 1)
                        $0.element(WebM.transferCharacteristics, 1)
                        $0.element(WebM.primaries, 1)
                    }
                }
            }
            guard let soundtrack else { return }
            tracks.element(WebM.trackEntry) { track in
                track.element(WebM.trackNumber, Self.soundTrack)
                track.element(WebM.trackUID, Self.soundTrack)
                track.element(WebM.trackType, 2)
                track.element(WebM.flagLacing, 0)
                track.element(WebM.codecID, text: "A_OPUS")
                track.element(WebM.codecPrivate, bytes: soundtrack.configuration)
                track.element(WebM.codecDelay, UInt64(Self.nanoseconds(soundtrack.priming)))
                // What Opus needs to converge after a seek (RFC 7845 section 4.6).
                track.element(WebM.seekPreRoll, 80_000_000)
                track.element(WebM.audio) {
                    $0.element(WebM.samplingFrequency, float: Double(EncodedSoundtrack.sampleRate))
                    $0.element(WebM.channels, UInt64(soundtrack.channels))
                }
            }
        }
    }

    private func picture(_ cluster: inout EBMLWriter, _ sample: VideoSample, _ time: Int) {
        guard let alpha = sample.alpha else {
            let flags: UInt8 = sample.isKey ? 0x80 : 0
            return cluster.element(WebM.simpleBlock, bytes: Self.block(Self.videoTrack, time, flags, sample.bytes))
        }
        cluster.element(WebM.blockGroup) { group in
            group.element(WebM.block, bytes: Self.block(Self.videoTrack, time, 0, sample.bytes))
            group.element(WebM.blockAdditions) { additions in
                additions.element(WebM.blockMore) {
                    $0.element(WebM.blockAddID, 1)
                    $0.element(WebM.blockAdditional, bytes: alpha)
                }
            }
            if !sample.isKey { group.element(WebM.referenceBlock, signed: Int64(-Self.frameDuration)) }
        }
    }

    /// The packets that come before a time, both relative to the cluster.
    private func sound(
        _ cluster: inout EBMLWriter, _ packets: inout Range<Int>.SubSequence, before end: Int, _ start: Int
    ) {
        guard let soundtrack else { return }
        while let packet = packets.first {
            let time = packet * soundtrack.samplesPerPacket * 1_000 / EncodedSoundtrack.sampleRate - start
            guard time < end else { return }
            packets.removeFirst()
            let bytes = soundtrack.packet(packet)
            let surplus = soundtrack.samplesPerPacket - soundtrack.duration(ofPacket: packet)
            if surplus == 0 {
                cluster.element(WebM.simpleBlock, bytes: Self.block(Self.soundTrack, time, 0x80, bytes))
            } else {
                cluster.element(WebM.blockGroup) {
                    $0.element(WebM.block, bytes: Self.block(Self.soundTrack, time, 0, bytes))
                    $0.element(WebM.discardPadding, signed: Int64(Self.nanoseconds(surplus)))
                }
            }
        }
    }

    /// Track, time relative to the cluster's, flags, payload (RFC 9559 section 10.1).
    private static func block(_ track: UInt64, _ time: Int, _ flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0x80 | UInt8(track)] + Int16(time).bigEndianBytes + [flags] + payload
    }

    private static func nanoseconds(_ samples: Int) -> Int {
        (samples * 1_000_000_000 + EncodedSoundtrack.sampleRate / 2) / EncodedSoundtrack.sampleRate
    }
}
