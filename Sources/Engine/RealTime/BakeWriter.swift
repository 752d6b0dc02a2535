import Foundation

/// Puts a baked file together: magic, version, length of the header, header (JSON), sections, each at a multiple of 64 bytes, and
/// a SHA-256 of all before it.
struct BakeWriter {
    static let magic = Array("ADNFBAKE".utf8)
    private(set) var sections: [(name: String, bytes: [UInt8])] = []

    mutating func add<Value>(_ section: BakeSection, part: Int = 0, _ values: [Value]) {
        sections.append((section.name(part: part), values.withUnsafeBytes { [UInt8]($0) }))
    }

    /// - Throws: `.unwritable`.
    func write(_ header: BakeHeader, to path: String) throws(EngineError) {
        var header = header
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Offsets are counted from the header's end, which the header's own length does not move.
        var offset = 0
        for (name, bytes) in sections {
            header.sections[name] = BakeHeader.Place(offset: offset, bytes: bytes.count)
            offset += (bytes.count + 63) / 64 * 64
        }
        guard let json = try? encoder.encode(header) else {
            throw EngineError(.invalidValue, path, found: "a figure that is not a number", expected: "finite figures")
        }
        var file = Self.magic
        withUnsafeBytes(of: UInt32(json.count).littleEndian) { file += $0 }
        file += [UInt8](json)
        Self.pad(&file)
        for (_, bytes) in sections {
            file += bytes
            Self.pad(&file)
        }
        file += Fingerprint.digest(file)
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(file).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw EngineError(
                .unwritable, path, found: error.localizedDescription,
                remedy: "make room or name another place with --output")
        }
    }

    private static func pad(_ bytes: inout [UInt8]) {
        bytes += [UInt8](repeating: 0, count: (64 - bytes.count % 64) % 64)
    }
}
