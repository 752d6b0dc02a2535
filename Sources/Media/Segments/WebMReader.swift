import Engine

/// The packets of a WebM file of one track, as ffmpeg writes it to a pipe.
struct WebMReader {
    struct Packet: Equatable {
        var bytes: [UInt8]
        /// The additional block: VP9's alpha.
        var addition: [UInt8]?
        var isKey: Bool
    }

    /// What the track says to its decoder: Opus's identification header; empty for VP9.
    private(set) var codecPrivate: [UInt8] = []
    private(set) var packets: [Packet] = []

    /// - Throws: `.malformed` for what is not well-formed, `.unsupported` for more than one track and laced blocks.
    init(_ bytes: [UInt8]) throws(EngineError) {
        try bytes.withUnsafeBufferPointer { data throws(EngineError) in
            let bytes = UnsafeRawBufferPointer(data)
            try read(bytes, 0..<bytes.count)
        }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(EngineError) {
        var reader = EBMLReader(bytes, range)
        while !reader.isAtEnd {
            guard let element = reader.next() else {
                throw Self.malformed("an element that does not fit", reader.position)
            }
            // Going on inside these, whatever size they claim, finds their elements in order.
            if [WebM.segment, WebM.cluster, WebM.tracks, WebM.trackEntry].contains(element.id) { continue }
            guard let content = element.content else { throw Self.malformed("an unknown size", element.start) }
            switch element.id {
            case WebM.codecPrivate: codecPrivate = Array(bytes[content])
            case WebM.simpleBlock:
                let (payload, flags) = try Self.block(bytes, content)
                packets.append(Packet(bytes: Array(bytes[payload]), isKey: flags & 0x80 != 0))
            case WebM.blockGroup: try readGroup(bytes, content)
            default: break
            }
            reader.skip(element)
        }
    }

    private mutating func readGroup(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(EngineError) {
        var reader = EBMLReader(bytes, range)
        var packet: Packet?
        var addition: [UInt8]?
        // A block that refers to none is a key frame (RFC 9559 section 5.1.3.5).
        var isKey = true
        while !reader.isAtEnd {
            guard let element = reader.next(), let content = element.content else {
                throw Self.malformed("an element that does not fit", reader.position)
            }
            switch element.id {
            case WebM.block:
                packet = Packet(bytes: Array(bytes[try Self.block(bytes, content).payload]), isKey: true)
            case WebM.referenceBlock: isKey = false
            case WebM.blockAdditional: addition = Array(bytes[content])
            case WebM.blockAdditions, WebM.blockMore: continue
            default: break
            }
            reader.skip(element)
        }
        guard var packet else { throw Self.malformed("a group without a block", range.lowerBound) }
        packet.addition = addition
        packet.isKey = isKey
        packets.append(packet)
    }

    /// The payload behind a block's track number, time and flags (RFC 9559 section 10.1).
    private static func block(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(EngineError) -> (payload: Range<Int>, flags: UInt8) {
        guard range.count >= 4, bytes[range.lowerBound] == 0x81 else {
            throw EngineError(
                .unsupported, "WebM stream", found: "a block that is not of track 1", expected: "one track")
        }
        let flags = bytes[range.lowerBound + 3]
        guard flags & 0x06 == 0 else {
            throw EngineError(.unsupported, "WebM stream", found: "a laced block", expected: "one frame in a block")
        }
        return (range.lowerBound + 4..<range.upperBound, flags)
    }

    private static func malformed(_ what: String, _ position: Int) -> EngineError {
        EngineError(.malformed, "WebM stream", found: "\(what) at byte \(position)")
    }
}
