import HTTPServer
import HTTPTypes

/// What operators and their machines ask: is it alive, does it take work, how is it doing.
struct OperationRoutes: Sendable {
    let readiness: Readiness
    let metrics: PrometheusMetrics
    /// Brings gauges up to date before they are shown.
    let refresh: @Sendable () async -> Void

    func register(on router: inout Router) {
        router.on(.get, "/healthz", health)
        router.on(.get, "/readyz", ready)
        router.on(.get, "/metrics", show)
    }

    private static let healthy = Array("{\"status\":\"ok\"}\n".utf8)

    private func health(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        return Response(
            .ok, fields: [.contentType: "application/json", .cacheControl: "no-store"], body: .bytes(Self.healthy))
    }

    private func ready(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let (report, takesWork) = await readiness.report()
        guard !takesWork else { return try .json(report) }
        return try .json(report, .serviceUnavailable, fields: [.retryAfter: "5"])
    }

    private func show(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["text/plain"])
        await refresh()
        return Response(
            .ok,
            fields: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: .bytes(Array(metrics.text.utf8)))
    }
}
