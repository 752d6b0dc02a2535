import HTTPServer
import HTTPTypes
import Jobs

extension JobsError: HTTPErrorRepresentable {
    public var httpError: HTTPError? {
        switch code {
        case .notFound: HTTPError(.notFound, detail: description)
        case .ended: HTTPError(.conflict, detail: description)
        case .queueFull:
            HTTPError(
                .tooManyRequests, kind: "queue-full", detail: description,
                fields: [.retryAfter: String(retryAfter ?? 30)])
        case .noSpace: HTTPError(.insufficientStorage, detail: description)
        case .idempotencyMismatch:
            HTTPError(
                .unprocessableContent, kind: "idempotency-mismatch",
                detail: "Idempotency-Key: it was used with another body; use another key")
        case .unavailable:
            // Where the engine is, and how it is called there, is no client's business.
            HTTPError(
                .serviceUnavailable, kind: "engine-unavailable",
                detail: "the engine does not answer just now; nothing is lost, come back in a few seconds",
                fields: [.retryAfter: String(retryAfter ?? 5)])
        default: nil
        }
    }
}
