import Engine
import Foundation
import HTTPCore
import HTTPServer
import Jobs
import Logging
import Media
import Metrics
import Studio

/// What the service is made of, put together from the settings.
struct ServiceParts: Sendable {
    let settings: ServiceSettings
    let logger: Logger
    let metrics: PrometheusMetrics
    let library: AvatarLibrary
    /// Fetches what is published; nil where this program is alone.
    let published: PublishedAvatars?
    let previews: AvatarPreviews
    let bakery: Bakery
    let engine: JobEngine
    let pool: WorkerPool
    let readiness: Readiness
    /// Answers requests, as the server has it do.
    let responder: any Responder
    let server: HTTPServer
    let tls: TLSContext?
    let videos: Videos
    let webhooks: WebhookSender

    /// - Parameters:
    ///   - workshop: what bakes; nil for the engine.
    ///   - shipped: what comes with the program.
    init(
        settings: ServiceSettings, logger: Logger, metrics: PrometheusMetrics, clock: JobClock = .system,
        workshop: (any BakeWorkshop)? = nil, shipped: ShippedFiles = ShippedFiles()
    ) async throws {
        self.settings = settings
        self.logger = logger
        self.metrics = metrics
        let cache = ServiceFolders.avatars(settings.data)
        library = try AvatarLibrary(
            folder: settings.avatars, and: settings.engine.isEmpty ? [] : [ServiceFolders.published(settings.data)],
            cache: cache, precision: settings.precision, threads: settings.threads)
        bakery = Bakery(
            library: library,
            workshop: workshop
                ?? EngineWorkshop(
                    folder: cache, bakeThreads: ProcessInfo.processInfo.activeProcessorCount,
                    renderThreads: settings.threads),
            mode: settings.workers > 0 ? settings.bake : .off, floor: settings.realtimeFloor, logger: logger)
        previews = AvatarPreviews(folder: cache, library: library, bakery: bakery, logger: logger)
        try Self.requireReadable(settings.deepspeech)
        let speech = SpeechModel(path: settings.deepspeech, avatars: settings.avatars, shipped: shipped)
        tls = try settings.tlsCertificate.map { certificate in
            try TLSContext(certificatePath: certificate, keyPath: settings.tlsKey ?? "", logger: logger)
        }
        let keys = try settings.apiKeyFile.map { try APIKeys(file: $0) }
        engine = try await JobEngine.open(for: settings, clock: clock, logger: logger)
        published = engine.folders.map { store in
            PublishedAvatars(
                store: store, folder: ServiceFolders.published(settings.data), clock: clock, logger: logger)
        }
        let planner = VideoPlanner(
            library: library, bakery: bakery, speech: speech, maximumDuration: settings.maximumDuration)
        pool = engine.workers(settings.workers, performer: VideoPerformer(planner: planner))
        let secrets = try await Secrets(keptBy: engine)
        let signer = keys.map { _ in URLSigner(secret: secrets.links) }
        videos = Videos(
            engine: engine, library: library, bakery: bakery, speech: speech, voices: VoiceCatalogue(), signer: signer,
            allowsPlainWebhooks: settings.allowPrivateWebhooks)
        webhooks = try WebhookSender(
            videos: videos,
            client: WebhookClient(allowsPrivateAddresses: settings.allowPrivateWebhooks),
            secret: WebhookSecret(settings.webhookSecret ?? secrets.webhooks), logger: logger)
        let engine = engine
        readiness = Readiness(checks: { await Self.checks(engine, speech) })

        responder = try Self.responder(
            settings, logger: logger, metrics: metrics, library: library, previews: previews, speech: speech,
            videos: videos, readiness: readiness, keys: keys, signer: signer)
        server = HTTPServer(
            settings: ServerSettings(settings), responder: responder, logger: logger, tls: tls,
            onFinish: RequestObserver(logger: logger, metrics: metrics).finished)
    }

    func close() async {
        await engine.close()
    }

    /// A model that is not there is to be known at the start, not when the first job needs it.
    private static func requireReadable(_ deepspeech: String?) throws(EngineError) {
        guard let deepspeech, access(deepspeech, R_OK) != 0 else { return }
        throw EngineError(
            .unreadable, deepspeech, found: String(cString: strerror(errno)), expected: "a DeepSpeech 0.1.0 graph",
            remedy: "correct --deepspeech")
    }

    private static func responder(
        _ settings: ServiceSettings, logger: Logger, metrics: PrometheusMetrics, library: AvatarLibrary,
        previews: AvatarPreviews, speech: SpeechModel, videos: Videos, readiness: Readiness, keys: APIKeys?,
        signer: URLSigner?
    ) throws -> any Responder {
        let operation = OperationRoutes(
            readiness: readiness, metrics: metrics,
            refresh: { await Gauges(metrics).refresh(from: videos.engine, videos.bakery) })
        guard settings.role == .server else {
            var router = Router(logger: logger)
            operation.register(on: &router)
            return SecurityHeaders(next: router)
        }
        var limits = FormReader.Limits()
        limits.fileBytes = settings.maximumUpload
        limits.partBytes = ["background": 32 << 20, "poses": 64 << 20]
        let forms = FormReader(folder: videos.engine.uploadFolder, limits: limits)
        let watching = WatchRoutes(videos: videos)
        var router = Router(logger: logger)
        VideoRoutes(
            videos: videos, reader: VideoRequestReader(forms: forms), watching: watching, readiness: readiness,
            maximumUpload: settings.maximumUpload
        ).register(on: &router)
        watching.register(on: &router)
        AvatarRoutes(library: library, previews: previews, bakery: videos.bakery).register(on: &router)
        VoiceRoutes(voices: videos.voices, speech: videos.speech).register(on: &router)
        FeatureRoutes(
            speech: speech, forms: forms, maximumUpload: settings.maximumUpload,
            maximumDuration: settings.maximumDuration
        ).register(on: &router)
        operation.register(on: &router)
        PageRoutes().register(on: &router)

        let open: Set<String> = ["/healthz", "/readyz", "/", "/openapi.yaml"]
        var responder: any Responder = Compression(next: router)
        if let keys {
            // Limits go by key, so they come after the key is known.
            responder = RateLimiter(exempt: open, next: responder)
            responder = Authentication(keys, signer: signer, exempt: open, next: responder)
        }
        if !settings.corsOrigins.isEmpty {
            responder = CORS(try AllowedOrigins(settings.corsOrigins), next: responder)
        }
        return SecurityHeaders(next: responder)
    }

    /// What `/readyz` looks at.
    private static func checks(_ engine: JobEngine, _ speech: SpeechModel) async -> Readiness.Checks {
        var checks = Readiness.Checks()
        checks.found["speech"] = speech.isConfigured ? "ok" : "no model: jobs need features"
        do {
            try await engine.check()
            checks.found["jobs"] = "ok"
        } catch {
            checks.found["jobs"] = "\(error)"
            checks.isPassed = false
        }
        return checks
    }
}

extension ServerSettings {
    init(_ settings: ServiceSettings) {
        self.init()
        host = settings.host
        port = settings.port
        maximumConnections = settings.maximumConnections
        maximumConnectionsPerAddress = settings.maximumConnectionsPerAddress
        drainDeadline = .seconds(settings.drain)
    }
}
