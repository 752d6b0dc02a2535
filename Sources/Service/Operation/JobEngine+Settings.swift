import Engine
import Foundation
import Jobs
import Logging

#if NATS
import NATSJobs
#endif

extension JobEngine {
    /// The engine that the settings name.
    ///
    /// - Throws: `EngineError` `.unsupported` where this program was built without it; `JobsError`.
    static func open(for settings: ServiceSettings, clock: JobClock, logger: Logger) async throws -> JobEngine {
        let limits = JobEngineSettings(settings)
        guard !settings.engine.isEmpty else {
            return try await .open(folder: settings.data, settings: limits, clock: clock, logger: logger)
        }
        #if NATS
        try FileManager.default.createDirectory(atPath: settings.data, withIntermediateDirectories: true)
        let backend = try await JobBackend.nats(
            NATSSettings(settings), folder: "\(settings.data)/engine", settings: limits, clock: clock, logger: logger)
        do {
            return try await JobEngine(backend: backend, settings: limits, clock: clock, logger: logger)
        } catch {
            await backend.close()
            throw error
        }
        #else
        throw EngineError.builtWithoutEngines
        #endif
    }
}

extension JobEngineSettings {
    init(_ settings: ServiceSettings) {
        self.init()
        limits = QueueLimits(total: settings.maximumJobs, perOwner: settings.maximumJobsPerKey)
        diskQuota = settings.quota
        diskReserve = settings.reserve
        retention = Double(settings.retention)
        lease = .seconds(settings.lease)
        heartbeat = min(heartbeat, lease / 3)
        guard !settings.engine.isEmpty else { return }
        node = settings.node ?? "\(ProcessInfo.processInfo.hostName)-\(UUID().uuidString.prefix(4).lowercased())"
    }
}

#if NATS
extension NATSSettings {
    init(_ settings: ServiceSettings) {
        self.init(servers: settings.engine)
        name = settings.engineName
        replicas = settings.engineReplicas
        credentials = settings.engineCredentials
        if settings.engineAuthorities != nil || settings.engineCertificate != nil
            || settings.engine.contains(where: { $0.hasPrefix("tls://") })
        {
            tls = TLS(
                authorities: settings.engineAuthorities, certificate: settings.engineCertificate,
                key: settings.engineKey)
        }
        cacheBytes = settings.engineCacheBytes
        segmentBytes = settings.engineSegmentBytes > 0 ? settings.engineSegmentBytes : nil
        blobBytes = settings.engineBlobBytes > 0 ? settings.engineBlobBytes : nil
    }
}
#endif
