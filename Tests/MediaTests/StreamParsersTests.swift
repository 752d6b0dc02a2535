import Engine
import Foundation
import Testing

@testable import Media

/// The readers of what ffmpeg writes to its pipes.
@Suite struct StreamParsersTests {
    // MARK: H.264

    private static let sequence: [UInt8] = [0x67, 0x64, 0x00, 0x0A, 0xAC]
    private static let picture: [UInt8] = [0x68, 0xEE, 0x3C]
    private static let start: [UInt8] = [0, 0, 0, 1]

    @Test func annexBIsTakenApart() throws {
        let delimiter: [UInt8] = [0x09, 0xF0]
        let signature: [UInt8] = [0x06, 5, 1, 2, 0x80]
        // A key frame of two slices, then a frame of one, whose end is padded.
        let bytes =
            Self.start + delimiter + Self.start + Self.sequence + [0, 0, 1] + Self.picture + [0, 0, 1] + signature
            + [0, 0, 1, 0x65, 0x88, 7] + [0, 0, 1, 0x65, 0x40, 8] + Self.start + [0x41, 0x9A, 9, 0, 0]
        let stream = try AnnexB(bytes)
        #expect(stream.sequenceParameters == Self.sequence && stream.pictureParameters == Self.picture)
        #expect(
            stream.samples == [
                VideoSample(bytes: [0, 0, 0, 3, 0x65, 0x88, 7, 0, 0, 0, 3, 0x65, 0x40, 8], isKey: true),
                VideoSample(bytes: [0, 0, 0, 3, 0x41, 0x9A, 9], isKey: false),
            ])
        #expect(
            stream.configuration == [1, 0x64, 0x00, 0x0A, 0xFF, 0xE1, 0, 5] + Self.sequence + [1, 0, 3] + Self.picture
                + [0xFD, 0xF8, 0xF8, 0])
    }

    @Test(
        "Streams that x264 does not write are refused",
        arguments: [
            [], [0, 0, 1], [1, 2, 3], start + sequence, start + picture, start + [0x65, 0x88],
            start + sequence + start + picture + start + [0x62, 1],
            start + sequence + start + picture + start + sequence + [1],
        ] as [[UInt8]])
    func wrongAnnexB(bytes: [UInt8]) {
        #expect(throws: EngineError.self) { try AnnexB(bytes) }
    }

    @Test func startCodesAreFoundAsTheStandardSays() {
        var random = Random(seed: 1)
        for _ in 0..<3_000 {
            // Zeros and ones mostly, so that start codes are frequent.
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                [0, 0, 0, 1, 2].randomElement(using: &random)! as UInt8
            }
            #expect(AnnexB.units(bytes) == Self.unitsOneByOne(bytes))
        }
    }

    /// Section B.1 without any shortcut.
    private static func unitsOneByOne(_ bytes: [UInt8]) -> [Range<Int>] {
        let codes = bytes.indices.filter { bytes[$0...].starts(with: [0, 0, 1]) }
        return codes.enumerated().map { index, code in
            var end = index + 1 < codes.count ? codes[index + 1] : bytes.count
            while end > code + 3 && bytes[end - 1] == 0 { end -= 1 }
            return code + 3..<end
        }
    }

    // MARK: AAC

    /// A frame of AAC-LC at 48 kHz, stereo, without a checksum.
    private static func frame(_ payload: [UInt8]) -> [UInt8] {
        let size = payload.count + 7
        return [0xFF, 0xF1, 0x4C, 0x80 | UInt8(size >> 11), UInt8(size >> 3 & 0xFF), UInt8(size & 7) << 5 | 0x1F, 0xFC]
            + payload
    }

    @Test func adtsIsTakenApart() throws {
        let stream = try ADTS(Self.frame([1, 2, 3]) + Self.frame([4]))
        #expect(stream.frames == [7..<10, 17..<18])
        #expect(stream.sampleRate == 48_000 && stream.channels == 2)
        // Object type 2 in five bits, rate 3 in four, channels 2 in four.
        #expect(stream.configuration == [0x11, 0x90])
    }

    @Test func cutADTSIsRefused() {
        let whole = Self.frame([1, 2, 3]) + Self.frame([4, 5])
        for length in 0..<whole.count where length != 10 {
            #expect(throws: EngineError.self) { try ADTS(Array(whole[..<length])) }
        }
        var mono = Self.frame([4])
        mono[3] = 0x40
        #expect(throws: EngineError.self) { try ADTS(Self.frame([1]) + mono) }
    }

    // MARK: WebM

    private static func webM(_ body: (inout EBMLWriter) -> Void) -> [UInt8] {
        var writer = EBMLWriter()
        writer.element(WebM.ebml) { $0.element(WebM.docType, text: "webm") }
        writer.openElement(WebM.segment)
        body(&writer)
        return writer.bytes
    }

    @Test func webMIsTakenApart() throws {
        let bytes = Self.webM { segment in
            segment.element(WebM.tracks) { tracks in
                tracks.element(WebM.trackEntry) { $0.element(WebM.codecPrivate, bytes: [9, 8]) }
            }
            segment.openElement(WebM.cluster)
            segment.element(WebM.timestamp, 0)
            segment.element(WebM.simpleBlock, bytes: [0x81, 0, 0, 0x80, 1, 2])
            segment.element(WebM.cluster) { cluster in
                cluster.element(WebM.simpleBlock, bytes: [0x81, 0, 40, 0, 3])
                cluster.element(WebM.blockGroup) { group in
                    group.element(WebM.block, bytes: [0x81, 0, 80, 0, 4])
                    group.element(WebM.blockAdditions) { additions in
                        additions.element(WebM.blockMore) {
                            $0.element(WebM.blockAddID, 1)
                            $0.element(WebM.blockAdditional, bytes: [5, 6])
                        }
                    }
                    group.element(WebM.referenceBlock, signed: -40)
                }
            }
            segment.element(WebM.cues, bytes: [])
        }
        let reader = try WebMReader(bytes)
        #expect(reader.codecPrivate == [9, 8])
        #expect(
            reader.packets == [
                .init(bytes: [1, 2], isKey: true), .init(bytes: [3], isKey: false),
                .init(bytes: [4], addition: [5, 6], isKey: false),
            ])
        for length in bytes.indices { _ = try? WebMReader(Array(bytes[..<length])) }
    }

    @Test func lacedBlocksAndOtherTracksAreRefused() {
        for block: [UInt8] in [[0x82, 0, 0, 0, 1], [0x81, 0, 0, 0x02, 1], [0x81, 0, 0], []] {
            #expect(throws: EngineError.self) {
                try WebMReader(Self.webM { $0.element(WebM.simpleBlock, bytes: block) })
            }
        }
        #expect(throws: EngineError.self) { try WebMReader(Self.webM { $0.element(WebM.blockGroup, bytes: []) }) }
    }

    @Test(
        "Sizes take as few bytes as they need, and all ones are kept free",
        arguments: [
            (0, [0x80]), (1, [0x81]), (126, [0xFE]), (127, [0x40, 0x7F]), (16_382, [0x7F, 0xFE]),
            (16_383, [0x20, 0x3F, 0xFF]),
        ] as [(Int, [UInt8])])
    func sizes(value: Int, bytes: [UInt8]) {
        #expect(EBMLWriter.size(value) == bytes)
        let element = [0xA3] + bytes + [UInt8](repeating: 0, count: value)
        element.withUnsafeBytes { element in
            var reader = EBMLReader(element, 0..<element.count)
            #expect(reader.next()?.content?.count == value)
        }
    }

    // MARK: Sun audio

    @Test func sunAudioComesInAnyPieces() {
        let words: [UInt32] = [0x2E73_6E64, 28, .max, 3, 44_100, 1]
        let bytes = words.flatMap(\.bigEndianBytes) + [1, 2, 3, 4] + [0x12, 0x34, 0xFF, 0xFE, 0x00, 0x01, 0x55]
        for split in 0...bytes.count {
            for step in [1, 2, 3, bytes.count] {
                var reader = SunAudioReader()
                for piece in [bytes[..<split], bytes[split...]] {
                    for start in stride(from: piece.startIndex, to: piece.endIndex, by: step) {
                        Array(piece[start..<min(start + step, piece.endIndex)]).withUnsafeBytes { reader.take($0) }
                    }
                }
                #expect(reader.sampleRate == 44_100 && !reader.isMalformed)
                #expect(reader.samples == [0x1234, -2, 1])
            }
        }
    }

    @Test(
        "Other headers are refused",
        arguments: [(0, 1), (1, 20), (1, 5_000), (3, 2), (4, 0), (5, 2)] as [(Int, UInt32)])
    func wrongSunAudio(word: Int, value: UInt32) {
        var words: [UInt32] = [0x2E73_6E64, 24, .max, 3, 8_000, 1]
        words[word] = value
        var reader = SunAudioReader()
        (words.flatMap(\.bigEndianBytes) + [1, 2, 3, 4]).withUnsafeBytes { reader.take($0) }
        #expect(reader.isMalformed && reader.samples.isEmpty)
    }

    // MARK: Anything

    @Test func noBytesTrapAnyParser() throws {
        var random = Random(seed: 77)
        let seeds =
            try [
                Self.start + Self.sequence + Self.start + Self.picture + Self.start + [0x65, 0x88, 1],
                Self.frame([1, 2, 3]) + Self.frame([4]),
                Self.webM { $0.element(WebM.simpleBlock, bytes: [0x81, 0, 0, 0x80, 1, 2]) },
                Self.movie(offsets: [40, 50]),
            ] + [Fixture.bytes("rgb.png")]
        for _ in 0..<4_000 {
            var bytes = seeds.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert([0, 1, 0xFF].randomElement(using: &random)!, at: position)
                default: if bytes.count > 1 { bytes.remove(at: position) }
                }
            }
            _ = try? AnnexB(bytes)
            _ = try? ADTS(bytes)
            _ = try? WebMReader(bytes)
            _ = FragmentedMP4.configuration(ofHeader: bytes)
            _ = try? PictureFile.read(bytes, name: "fuzz")
            bytes.withUnsafeBytes { bytes in
                let pieces = MovieFront.pieces(of: bytes)
                // Whatever the order, everything is in it once.
                let count = pieces.reduce(0) { sum, piece in
                    switch piece {
                    case .range(let range): sum + range.count
                    case .bytes(let bytes): sum + bytes.count
                    }
                }
                #expect(count == bytes.count)
                _ = try? StoredFragment(bytes, index: 0, name: "fuzz")
            }
        }
    }

    // MARK: MP4 with its index at the end

    /// `ftyp` (8 bytes), `mdat` (80 bytes from 8), `moov`, `free`.
    private static func movie(offsets: [UInt32], wide: Bool = false) -> [UInt8] {
        var writer = BoxWriter()
        writer.box("ftyp")
        writer.box("mdat") { $0.zeros(72) }
        index(&writer, offsets, wide)
        writer.box("free")
        return writer.bytes
    }

    private static func index(_ writer: inout BoxWriter, _ offsets: [UInt32], _ wide: Bool) {
        writer.box("moov") { moov in
            moov.box("trak") { trak in
                trak.box("mdia") { mdia in
                    mdia.box("minf") { minf in
                        minf.box("stbl") { stbl in
                            stbl.box(wide ? "co64" : "stco", version: 0) {
                                $0.put(UInt32(offsets.count))
                                for offset in offsets { if wide { $0.put(UInt64(offset)) } else { $0.put(offset) } }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("The index moves to the front, and its offsets with it", arguments: [false, true])
    func lateIndex(wide: Bool) {
        var moved = BoxWriter()
        let size = UInt32(8 * 5 + 16 + (wide ? 24 : 12))
        // Offsets outside of what moves stay.
        Self.index(&moved, [16 + size, 87 + size, 4], wide)
        Self.movie(offsets: [16, 87, 4], wide: wide).withUnsafeBytes { bytes in
            let end = 88 + Int(size)
            #expect(
                MovieFront.pieces(of: bytes) == [
                    .range(0..<8), .bytes(moved.bytes), .range(8..<88), .range(end..<end + 8),
                ])
        }
    }

    @Test func filesInOrderStayAsTheyAre() {
        var writer = BoxWriter()
        writer.box("ftyp")
        Self.index(&writer, [900], false)
        writer.box("mdat") { $0.zeros(20) }
        writer.bytes.withUnsafeBytes { #expect(MovieFront.pieces(of: $0) == [.range(0..<$0.count)]) }
        // A table that claims more entries than it has.
        var lying = Self.movie(offsets: [16])
        lying[88 + 40 + 12 + 3] = 9
        lying.withUnsafeBytes { #expect(MovieFront.pieces(of: $0) == [.range(0..<$0.count)]) }
        [UInt8]().withUnsafeBytes { #expect(MovieFront.pieces(of: $0) == [.range(0..<0)]) }
    }
}
