import Engine
import Foundation

/// An upload as it is fed to a decoder: piece after piece, an MP4's index in front.
struct MovieSource {
    private let file: MappedFile
    private let order: [MovieFront.Piece]

    /// - Throws: `.unreadable`, `.malformed` for an empty file, `.unsupported` for a playlist.
    init(path: String, name: String) throws(EngineError) {
        do throws(EngineError) {
            try MediaPath.requireMedia(path)
            file = try MappedFile(path: path)
        } catch {
            throw EngineError(
                error.code, name, found: error.found, expected: error.expected, remedy: error.remedy)
        }
        order = MovieFront.pieces(of: file.bytes)
    }

    /// The first byte of all; an MP4's too, whose first box stays first.
    var first: UInt8 { file.bytes[0] }

    /// Everything after the first byte, some at a time.
    func pieces() -> sending () -> [UInt8]? {
        let size = 1 << 16
        var skip = 1
        var rest = order[...]
        return { [file] in
            while let piece = rest.first {
                switch piece {
                case .bytes(let bytes):
                    rest.removeFirst()
                    return bytes
                case .range(let range):
                    let start = range.lowerBound + skip
                    guard start < range.upperBound else {
                        rest.removeFirst()
                        skip = 0
                        continue
                    }
                    let end = min(start + size, range.upperBound)
                    skip += end - start
                    return [UInt8](file.bytes[start..<end])
                }
            }
            return nil
        }
    }
}
