import Glibc

/// The keys that open the service.
///
/// A file has one key a line; blank lines and lines that start with `#` are left aside:
///
/// ```
/// # name:SHA-256 of the key[:requests a minute[:jobs at a time]]
/// web:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08:600:4
/// batch:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752::16
/// ```
///
/// A limit that is missing or empty is none. `KEY=$(openssl rand -hex 32); printf %s "$KEY" | sha256sum` makes a key and its
/// hash. The keys themselves are stored nowhere; because they are long and random, their hashes need no salt.
public struct APIKeys: Sendable {
    /// A key file that cannot be used; it says which line, what is wrong with it and the remedy.
    public struct FileError: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Key: Sendable {
        let hash: [UInt8]
        let principal: Principal
    }

    /// Bytes that a key file may have.
    private static let fileLimit = 1 << 20
    private var keys: [Key] = []

    /// - Throws: `FileError` if there is no such file, a line is not as above, a name or a key occurs twice, or there is no
    ///   key at all.
    public init(file path: String) throws(FileError) {
        guard let handle = try? FileHandle(path: path) else {
            throw FileError(description: "\(path): no such readable file; name one with lines name:SHA-256 of the key")
        }
        var bytes = [UInt8](repeating: 0, count: min(handle.size, Self.fileLimit + 1))
        let count = pread(handle.descriptor, &bytes, bytes.count, 0)
        guard count == bytes.count, count <= Self.fileLimit else {
            throw FileError(description: "\(path): \(handle.size) bytes, which cannot be read; expected at most 1 MiB")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self), from: path)
    }

    /// - Parameter source: what errors call the text.
    init(text: String, from source: String) throws(FileError) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop(while: \.isWhitespace)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let place = "\(source):\(index + 1)"
            let key = try Self.key(line, at: place)
            guard !keys.contains(where: { $0.principal.name == key.principal.name || $0.hash == key.hash }) else {
                throw FileError(description: "\(place): the name or the key is there already; give each its own")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else {
            throw FileError(description: "\(source): has no key; add a line name:SHA-256 of the key")
        }
    }

    /// Whose key that is. Compared with all keys in constant time.
    public func principal(forKey key: String) -> Principal? {
        let hash = SHA256Hasher.digest(Array(key.utf8))
        var found: Principal?
        for key in keys where SecretComparison.areEqual(key.hash, hash) { found = key.principal }
        return found
    }

    private static func key(_ line: Substring, at place: String) throws(FileError) -> Key {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false).map { part in
            String(part.trimmingPrefix { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        guard 2...4 ~= parts.count, !parts[0].isEmpty, parts[0].utf8.allSatisfy({ !$0.isControl }) else {
            throw FileError(
                description: "\(place): expected name:SHA-256 of the key[:requests a minute[:jobs at a time]]")
        }
        guard let hash = Hexadecimal.decode(parts[1]), hash.count == 32 else {
            throw FileError(
                description:
                    "\(place): the key of \(parts[0]) is not 64 hexadecimal digits; hash it: printf %s KEY | sha256sum")
        }
        var limits: [Int?] = [nil, nil]
        for (index, part) in parts.dropFirst(2).enumerated() where !part.isEmpty {
            guard let limit = Int(part), limit > 0 else {
                throw FileError(
                    description:
                        "\(place): the limit \"\(part)\" of \(parts[0]) is no number from 1; leave it empty for none")
            }
            limits[index] = limit
        }
        return Key(hash: hash, principal: Principal(name: parts[0], requestsPerMinute: limits[0], maxJobs: limits[1]))
    }
}
