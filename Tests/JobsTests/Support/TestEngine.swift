import Foundation
import Testing

@testable import Jobs

#if NATS
import NATSJobs
#endif

/// The engines that the same tests are run against.
enum TestEngine: String, CustomTestStringConvertible, Sendable {
    case embedded
    #if NATS
    case nats
    #endif

    static var all: [TestEngine] {
        #if NATS
        TestNATSServer.isInstalled ? [.embedded, .nats] : [.embedded]
        #else
        [.embedded]
        #endif
    }

    var testDescription: String { rawValue }

    /// - Parameter name: backends of one name share what they store, where the engine is one to be shared.
    func backend(
        in folder: String, settings: JobEngineSettings, clock: JobClock, name: String = Self.newName()
    ) async throws -> JobBackend {
        switch self {
        case .embedded:
            return try await .embedded(folder: folder, settings: settings, clock: clock, logger: Studio.logger)
        #if NATS
        case .nats:
            var nats = NATSSettings(servers: [try TestNATSServer.shared.get().address])
            nats.name = name
            return try await .nats(nats, folder: folder, settings: settings, clock: clock, logger: Studio.logger)
        #endif
        }
    }

    static func newName() -> String { "t" + UUID().uuidString.prefix(18) }
}
