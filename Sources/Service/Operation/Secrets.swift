import COpenSSL
import Engine
import Foundation

/// What the server signs with, made up at the first start and kept in the data folder.
struct Secrets: Codable, Sendable {
    /// For the links of jobs.
    var links: [UInt8]
    /// For webhooks: `whsec_` and base64.
    var webhooks: String

    /// - Throws: `.unreadable` or `.malformed` for a file that is there, `.unwritable` if a new one cannot be kept.
    init(folder: String) throws(EngineError) {
        let path = "\(folder)/secrets.json"
        if let data = FileManager.default.contents(atPath: path) {
            guard let known = try? JSONDecoder().decode(Secrets.self, from: data) else {
                throw EngineError(
                    .malformed, path, found: "no secrets", remedy: "remove it: links and webhooks get new ones")
            }
            self = known
            return
        }
        links = Self.random(32)
        webhooks = "whsec_" + Data(Self.random(32)).base64EncodedString()
        let data = (try? JSONEncoder().encode(self)) ?? Data()
        // Nobody else on the machine is to read it, not even for a moment.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, data.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == data.count
        else {
            throw EngineError(.unwritable, path, found: "cannot be written", remedy: "check --data and its permissions")
        }
    }

    private static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "OpenSSL has no randomness")
        return bytes
    }
}
