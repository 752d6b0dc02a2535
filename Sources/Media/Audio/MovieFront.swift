import Engine
import Foundation

/// The bytes of an MP4 or QuickTime file in an order that can be decoded from a pipe.
///
/// Recorders write the index (`moov`) last, when they know it, and a decoder that cannot seek needs it first. Here it
/// is put in front of the media data, and the file offsets in it (`stco` and `co64`, ISO/IEC 14496-12 section 8.7.5)
/// move along. Everything else, and any file that is not of this kind or not as it should be, is left as it is.
struct MovieFront {
    /// What is written: ranges of the file, and the index in between.
    enum Piece: Equatable {
        case range(Range<Int>)
        case bytes([UInt8])
    }

    /// Bytes of an index: some hours of samples.
    static let indexLimit = 1 << 26

    static func pieces(of file: UnsafeRawBufferPointer) -> [Piece] {
        let whole = [Piece.range(0..<file.count)]
        let boxes = BoxReader.boxes(in: file, 0..<file.count)
        guard boxes.first?.type == "ftyp", let media = boxes.first(where: { $0.type == "mdat" }),
            let index = boxes.first(where: { $0.type == "moov" }), index.start > media.start,
            index.end - index.start <= indexLimit
        else { return whole }
        var bytes = [UInt8](file[index.start..<index.end])
        guard move(&bytes, by: index.end - index.start, from: media.start..<index.start) else { return whole }
        return [
            .range(0..<media.start), .bytes(bytes), .range(media.start..<index.start), .range(index.end..<file.count),
        ]
    }

    /// Adds to all file offsets that lie in a range; false if one no longer fits.
    private static func move(_ index: inout [UInt8], by distance: Int, from range: Range<Int>) -> Bool {
        index.withUnsafeMutableBytes { index in
            let bytes = UnsafeRawBufferPointer(index)
            let path = ["moov", "trak", "mdia", "minf", "stbl"]
            for table in BoxReader.boxes(in: bytes, at: path) where table.type == "stco" || table.type == "co64" {
                let width = table.type == "stco" ? 4 : 8
                let start = table.content.lowerBound + 8
                guard table.content.count >= 8 else { return false }
                let count = Int(BoxReader.word(bytes, start - 4))
                guard count <= (table.content.upperBound - start) / width else { return false }
                for entry in stride(from: start, to: start + count * width, by: width) {
                    let offset = width == 4 ? Int(BoxReader.word(bytes, entry)) : BoxReader.long(bytes, entry)
                    guard let offset, range.contains(offset) else { continue }
                    let moved = offset + distance
                    guard width == 8 || moved <= UInt32.max else { return false }
                    for byte in 0..<width {
                        index[entry + byte] = UInt8(truncatingIfNeeded: moved >> (8 * (width - 1 - byte)))
                    }
                }
            }
            return true
        }
    }
}
