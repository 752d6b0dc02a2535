import CZlib
import Foundation

@testable import Engine

/// The arrays of an .npz file, a zip file of .npy members, stored or deflated (PKWARE's APPNOTE.TXT, 4.3.7, 4.3.12, 4.3.16).
///
/// It reads what numpy writes, for tests; the archive has no comment, so that its end record is its last 22 bytes.
struct NumpyArchive: Sendable {
    struct Failure: Error { let message: String }

    private struct Entry {
        let method: Int
        let storedSize: Int
        let size: Int
        let header: Int
    }

    private let bytes: [UInt8]
    private let entries: [String: Entry]

    init(path: String) throws {
        try self.init(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    init(bytes: [UInt8]) throws {
        self.bytes = bytes
        let end = bytes.count - 22
        guard end >= 0, Self.integer(bytes, end, 4) == 0x0605_4b50 else { throw Failure(message: "no .npz file") }
        var entries: [String: Entry] = [:]
        var at = Self.integer(bytes, end + 16, 4)
        for _ in 0..<Self.integer(bytes, end + 10, 2) {
            guard Self.integer(bytes, at, 4) == 0x0201_4b50 else { throw Failure(message: "no entry at byte \(at)") }
            let name = String(decoding: bytes[(at + 46)..<(at + 46 + Self.integer(bytes, at + 28, 2))], as: UTF8.self)
            entries[name] = Entry(
                method: Self.integer(bytes, at + 10, 2), storedSize: Self.integer(bytes, at + 20, 4),
                size: Self.integer(bytes, at + 24, 4), header: Self.integer(bytes, at + 42, 4))
            at += 46 + [28, 30, 32].reduce(0) { $0 + Self.integer(bytes, at + $1, 2) }
        }
        self.entries = entries
    }

    var names: [String] { entries.keys.map { String($0.dropLast(4)) }.sorted() }

    /// An array of floats.
    func floats(_ name: String) throws -> Tensor {
        try NumpyFile.read(bytes: member(name), subject: name)
    }

    /// An array of 64-bit integers, flat.
    func integers(_ name: String) throws -> [Int] {
        let bytes = try member(name)
        let data = 10 + Self.integer(bytes, 8, 2)
        guard String(decoding: bytes[10..<data], as: UTF8.self).contains("'<i8'") else {
            throw Failure(message: "\(name) holds no 64-bit integers")
        }
        return stride(from: data, to: bytes.count, by: 8).map { Self.integer(bytes, $0, 8) }
    }

    private func member(_ name: String) throws -> [UInt8] {
        guard let entry = entries["\(name).npy"] else { throw Failure(message: "no array \(name)") }
        let start =
            entry.header + 30 + Self.integer(bytes, entry.header + 26, 2) + Self.integer(bytes, entry.header + 28, 2)
        let stored = Array(bytes[start..<(start + entry.storedSize)])
        return entry.method == 0 ? stored : try Self.inflated(stored, size: entry.size)
    }

    /// A raw deflate stream (RFC 1951), as zip has it.
    private static func inflated(_ stored: [UInt8], size: Int) throws -> [UInt8] {
        var input = stored
        var output = [UInt8](repeating: 0, count: size)
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var stream = z_stream()
                guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                    return Z_MEM_ERROR
                }
                defer { inflateEnd(&stream) }
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw Failure(message: "zlib: \(status)") }
        return output
    }

    private static func integer(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
}
