import HTTPServer
import Logging
import Metrics

/// Logs and counts every request when it is answered.
struct RequestObserver: Sendable {
    let logger: Logger
    let metrics: PrometheusMetrics

    @Sendable func finished(_ request: FinishedRequest) {
        // Routes, not paths: there must not be a series for every job.
        let route = request.route ?? "none"
        let dimensions = [("method", Self.method(request.method)), ("route", route), ("status", "\(request.status)")]
        metrics.makeCounter(label: "adnerf_http_requests_total", dimensions: dimensions).increment(by: 1)
        metrics.makeTimer(label: "adnerf_http_request_seconds", dimensions: [("route", route)])
            .recordNanoseconds(Int64(request.duration / .nanoseconds(1)))
        guard logger.logLevel <= .info else { return }
        // What machines ask every few seconds would drown the rest.
        let level: Logger.Level = ["/healthz", "/readyz", "/metrics"].contains(route) ? .debug : .info
        logger.log(
            level: level, "request",
            metadata: [
                "request-id": "\(request.id)", "method": "\(request.method)", "path": "\(Self.path(request.target))",
                "status": "\(request.status)", "ms": "\(Int(request.duration / .milliseconds(1)))",
                "bytes": "\(request.bytesSent)", "from": "\(request.remoteAddress)",
            ])
    }

    /// Without its query, which may hold a signature.
    private static func path(_ target: String) -> Substring {
        target.prefix { $0 != "?" }
    }

    private static func method(_ name: String) -> String {
        ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"].contains(name) ? name : "other"
    }
}
