import Foundation

/// The file in which what was learnt about an avatar is kept, beside its checkpoints or in a cache folder.
///
/// Magic, length of the header, header (JSON), then one bit a cell for the head's grid and for the torso's, then a SHA-256 of
/// all before it. A file that does not check out, or is of other checkpoints, is as good as none.
public struct ShortcutFile: Sendable {
    /// Where the file is looked for and written: the first place that works.
    let paths: [String]
    private let fingerprint: String

    private struct Header: Codable {
        var version: Int
        var fingerprint: String
        var head: OccupancyGrid.Shape?
        var torso: OccupancyGrid.Shape?
        var certificates: [String: Certificate]
    }

    private static let version = 1
    private static let magic = Array("ADNFSKIP".utf8)
    private static let maximumCells = 1 << 28

    /// - Parameters:
    ///   - avatar: whose shortcuts.
    ///   - folder: the cache folder; nil for a folder beside the checkpoints or, where that cannot be written,
    ///     `XDG_CACHE_HOME/adnerf` or `~/.cache/adnerf`.
    public init(avatar: Avatar, folder: String? = nil) {
        fingerprint = avatar.fingerprint + " " + Self.options(avatar.configuration)
        let name = "shortcuts-\(avatar.fingerprint.prefix(16)).bin"
        if let folder {
            paths = ["\(folder)/\(name)"]
        } else {
            let environment = ProcessInfo.processInfo.environment
            let caches = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/tmp")/.cache"
            paths = ["\(avatar.folder)/.adnerf/\(name)", "\(caches)/adnerf/\(name)"]
        }
    }

    /// A file of any name.
    public init(avatar: Avatar, path: String) {
        fingerprint = avatar.fingerprint + " " + Self.options(avatar.configuration)
        paths = [path]
    }

    /// The options that the fields' shapes and pictures depend on besides the checkpoints.
    private static func options(_ c: TrainingConfig) -> String {
        "\(c.near) \(c.far) \(c.sampleCount) \(c.importanceCount) \(c.linearInDisparity) \(c.whiteBackground)"
    }

    /// What the first readable file says; nil if there is none that fits.
    func read() -> Shortcuts? {
        for path in paths {
            if let file = try? MappedFile(path: path), let found = decode(file.bytes) { return found }
        }
        return nil
    }

    /// Writes to the first place that can be written. Returns what went wrong, if nothing worked.
    func write(_ shortcuts: Shortcuts) -> String? {
        let bytes = encode(shortcuts)
        for path in paths {
            let folder = (path as NSString).deletingLastPathComponent
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if (try? Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)) != nil { return nil }
        }
        return "what was learnt could not be kept: none of \(paths.joined(separator: ", ")) can be written"
    }

    func encode(_ shortcuts: Shortcuts) -> [UInt8] {
        let header = Header(
            version: Self.version, fingerprint: fingerprint, head: shortcuts.head?.shape, torso: shortcuts.torso?.shape,
            certificates: shortcuts.certificates)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = [UInt8]((try? encoder.encode(header)) ?? Data())
        var bytes = Self.magic
        withUnsafeBytes(of: UInt32(json.count).littleEndian) { bytes += $0 }
        bytes += json
        for grid in [shortcuts.head, shortcuts.torso] { bytes += Self.pack(grid?.occupied ?? []) }
        return bytes + Fingerprint.digest(bytes)
    }

    func decode(_ bytes: UnsafeRawBufferPointer) -> Shortcuts? {
        guard bytes.count > 44, Array(bytes[..<8]) == Self.magic else { return nil }
        let body = bytes.count - 32
        guard Array(bytes[body...]) == Fingerprint.digest(Array(bytes[..<body])) else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        guard length <= body - 12,
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[12..<12 + length])),
            header.version == Self.version, header.fingerprint == fingerprint
        else { return nil }
        var at = 12 + length
        var grids: [OccupancyGrid?] = []
        for shape in [header.head, header.torso] {
            guard let shape else {
                grids.append(nil)
                continue
            }
            guard let count = shape.checkedCount, count <= Self.maximumCells, at + (count + 7) / 8 <= body else {
                return nil
            }
            grids.append(OccupancyGrid(shape: shape, occupied: Self.unpack(bytes[at...], count: count)))
            at += (count + 7) / 8
        }
        guard at == body else { return nil }
        return Shortcuts(head: grids[0], torso: grids[1], certificates: header.certificates)
    }

    private static func pack(_ flags: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
        for (i, flag) in flags.enumerated() where flag != 0 { bytes[i / 8] |= 1 << UInt8(i % 8) }
        return bytes
    }

    private static func unpack(_ bytes: Slice<UnsafeRawBufferPointer>, count: Int) -> [UInt8] {
        (0..<count).map { bytes[bytes.startIndex + $0 / 8] >> UInt8($0 % 8) & 1 }
    }
}
