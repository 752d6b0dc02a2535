import Engine

/// Puts a finished MP4 together from its stored segments: `ftyp`, `moov` with all tables, `mdat`.
struct ProgressiveMP4 {
    let movie: MovieWriter

    /// - Parameters:
    ///   - segmentPaths: all segments in order.
    ///   - write: takes the file's bytes, one piece after the other.
    func assemble(
        segmentPaths: [String], write: (UnsafeRawBufferPointer) throws(EngineError) -> Void
    ) throws(EngineError) {
        var video = MovieWriter.SampleTable(keys: [])
        var sound = MovieWriter.SampleTable()
        // Offsets within the payloads put together.
        var position = 0
        var payloads: [Range<Int>] = []
        for (index, path) in segmentPaths.enumerated() {
            let file = try MappedFile(path: path)
            let fragment = try StoredFragment(file.bytes, index: index, name: path)
            let packets = movie.soundtrack.map { $0.packets(of: index, in: movie.timeline, lead: $0.priming) }
            guard fragment.videoSizes.count == movie.timeline.frames(ofSegment: index).count,
                fragment.soundSizes.count == packets?.count ?? 0
            else {
                throw EngineError(
                    .inconsistent, path,
                    found: "\(fragment.videoSizes.count) pictures and \(fragment.soundSizes.count) packets of sound",
                    expected: "\(movie.timeline.frames(ofSegment: index).count) and \(packets?.count ?? 0)",
                    remedy: "render it again")
            }
            video.keys?.append(video.sizes.count)
            video.chunks.append((fragment.videoSizes.count, position))
            video.sizes += fragment.videoSizes
            position += fragment.videoSizes.reduce(0, +)
            if !fragment.soundSizes.isEmpty {
                sound.chunks.append((fragment.soundSizes.count, position))
                sound.sizes += fragment.soundSizes
                position += fragment.soundSizes.reduce(0, +)
            }
            payloads.append(fragment.payload)
        }
        video.durations = [(video.sizes.count, MovieWriter.frameDuration)]
        if let soundtrack = movie.soundtrack {
            let last = soundtrack.packetCount - 1
            sound.durations = [(last, soundtrack.samplesPerPacket), (1, soundtrack.duration(ofPacket: last))]
                .filter { $0.0 > 0 }
        }

        let head = head(video, sound, payloadSize: position)
        try head.withUnsafeBufferPointer { data throws(EngineError) in try write(UnsafeRawBufferPointer(data)) }
        for (path, payload) in zip(segmentPaths, payloads) {
            let file = try MappedFile(path: path)
            guard payload.upperBound == file.bytes.count else {
                throw EngineError(.malformed, path, found: "a file that changed while it was read")
            }
            try write(UnsafeRawBufferPointer(rebasing: file.bytes[payload]))
        }
    }

    /// Everything in front of the payload.
    private func head(
        _ video: MovieWriter.SampleTable, _ sound: MovieWriter.SampleTable, payloadSize: Int
    ) -> [UInt8] {
        func head(start: Int) -> [UInt8] {
            var tables = (video: video, sound: sound)
            for chunk in video.chunks.indices { tables.video.chunks[chunk].offset += start }
            for chunk in sound.chunks.indices { tables.sound.chunks[chunk].offset += start }
            var writer = BoxWriter()
            MovieWriter.fileType(&writer, brands: ["isom", "iso2", "avc1", "mp41"])
            movie.movie(&writer, tables: tables)
            let isLong = payloadSize > Int(UInt32.max) - 8
            writer.put(isLong ? 1 : UInt32(payloadSize + 8))
            writer.put("mdat")
            if isLong { writer.put(UInt64(payloadSize + 16)) }
            return writer.bytes
        }
        // The payload starts where the head ends. Long offsets make the head longer, once.
        var size = head(start: 0).count
        for _ in 0..<2 { size = head(start: size).count }
        return head(start: size)
    }
}
