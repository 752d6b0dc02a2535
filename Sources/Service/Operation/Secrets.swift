import COpenSSL
import Engine
import Foundation
import Jobs

/// What the service signs with, made up at the first start and kept by the engine, for all who share it.
struct Secrets: Codable, Sendable {
    /// For the links of jobs.
    var links: [UInt8]
    /// For webhooks: `whsec_` and base64.
    var webhooks: String

    private static let name = "secrets.json"

    /// New ones.
    init() {
        links = Self.random(32)
        webhooks = "whsec_" + Data(Self.random(32)).base64EncodedString()
    }

    /// Those that the engine keeps.
    ///
    /// - Throws: `.malformed` if what it keeps is something else, `JobsError` if it can keep nothing.
    init(keptBy engine: JobEngine) async throws {
        let kept = try await engine.shared(Self.name, proposal: try JSONEncoder().encode(Secrets()))
        guard let known = try? JSONDecoder().decode(Secrets.self, from: kept) else {
            throw EngineError(
                .malformed, Self.name, found: "no secrets", remedy: "remove it: links and webhooks get new ones")
        }
        self = known
    }

    private static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "OpenSSL has no randomness")
        return bytes
    }
}
