import Engine

/// A stored segment of an MP4 as `FragmentedMP4` wrote it: where its samples are.
struct StoredFragment {
    /// Bytes of each picture.
    let videoSizes: [Int]
    /// Bytes of each packet of sound.
    let soundSizes: [Int]
    /// Where pictures and sound lie in the file.
    let payload: Range<Int>

    /// - Throws: `.malformed` for anything but the segment of that number, whole.
    init(_ bytes: UnsafeRawBufferPointer, index: Int, name: String) throws(EngineError) {
        let malformed = EngineError(
            .malformed, name, found: "a file that is not segment \(index) or is damaged", remedy: "render it again")
        let boxes = BoxReader.boxes(in: bytes, 0..<bytes.count)
        guard boxes.map(\.type) == ["moof", "mdat"], boxes[1].end == bytes.count else { throw malformed }
        let parts = BoxReader.boxes(in: bytes, boxes[0].content)
        guard let header = parts.first, header.type == "mfhd", header.content.count == 8,
            Int(BoxReader.word(bytes, header.content.lowerBound + 4)) == index + 1
        else { throw malformed }
        let runs = parts.dropFirst().map { Self.sizes(bytes, $0) }
        guard (1...2).contains(runs.count), let video = runs[0], let sound = runs.count == 2 ? runs[1] : [] else {
            throw malformed
        }
        videoSizes = video
        soundSizes = sound
        payload = boxes[1].content
        guard (video + sound).reduce(0, +) == payload.count else { throw malformed }
    }

    /// The sizes in a track's run.
    private static func sizes(_ bytes: UnsafeRawBufferPointer, _ track: BoxReader.Box) -> [Int]? {
        guard let run = BoxReader.boxes(in: bytes, track.content).first(where: { $0.type == "trun" }),
            run.content.count >= 12
        else { return nil }
        let flags = BoxReader.word(bytes, run.content.lowerBound) & 0xFF_FFFF
        let count = Int(BoxReader.word(bytes, run.content.lowerBound + 4))
        // Pictures have sizes behind the first one's flags, sound has durations and sizes.
        guard flags == 0x205 || flags == 0x301 else { return nil }
        let (start, step) = flags == 0x205 ? (16, 4) : (12, 8)
        guard run.content.count == start + count * step else { return nil }
        return (0..<count).map {
            Int(BoxReader.word(bytes, run.content.lowerBound + start + $0 * step + step - 4))
        }
    }
}
