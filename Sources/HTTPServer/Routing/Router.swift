import HTTPTypes
import Logging

/// Finds the handler for a request's method and path, and turns what goes wrong into problem documents (RFC 9457).
///
/// ```swift
/// var router = Router(logger: logger)
/// router.on(.get, "/v1/videos/{id}") { request in try await status(of: request.parameters["id"]!) }
/// router.on(.post, "/v1/videos", bodyLimit: 100 << 20, createVideo)
/// ```
///
/// Patterns are matched segment by segment against the path as sent, each segment decoded by itself. `{name}` captures a
/// segment, `{name}.jpg` its beginning. Literals win over captures. A path with an empty or a dot segment, or with an
/// escaped slash, matches nothing.
///
/// A GET route answers HEAD, too. OPTIONS is answered with `Allow`, a method without a route with 405, a path without
/// one with 404.
public struct Router: Responder {
    public typealias Handler = @Sendable (Request) async throws -> Response

    /// Bytes of content that a route takes unless it says otherwise.
    public static let defaultBodyLimit = 64 << 10

    private var table = RouteTable()
    private let logger: Logger

    public init(logger: Logger) {
        self.logger = logger
    }

    /// Adds a route.
    ///
    /// - Parameter bodyLimit: bytes of content; more is 413.
    /// - Precondition: `pattern` starts with `/`, its captures are whole `{name}`s, and its method is not yet taken.
    public mutating func on(
        _ method: HTTPRequest.Method, _ pattern: String, bodyLimit: Int = defaultBodyLimit, _ handler: @escaping Handler
    ) {
        table.add(Route(bodyLimit: bodyLimit, handler: handler), for: method, at: pattern)
    }

    /// The pattern that a request's path matches, whatever its method: for metrics of requests that never get to a route.
    public func pattern(for request: Request) -> String? {
        table.match(request.head.path ?? request.path)?.resource.pattern
    }

    public func respond(to request: Request) async -> Response {
        if request.path == "*" { return options(allowing: table.allowed) }
        guard let match = table.match(request.head.path ?? request.path) else {
            let error = HTTPError(
                .notFound, detail: "there is nothing at \(request.path); see /openapi.yaml for what is")
            return Response(error, for: request)
        }
        var response = await respond(to: request, with: match)
        response.route = match.resource.pattern
        return response
    }

    private func respond(to request: Request, with match: RouteTable.Match) async -> Response {
        let method = request.head.method
        guard let route = match.resource.route(for: method) else {
            let allowed = match.resource.allowed
            if method == .options { return options(allowing: allowed) }
            let error = HTTPError(
                .methodNotAllowed, detail: "\(request.path) does not take \(method.rawValue), but \(allowed)",
                fields: [.allow: allowed])
            return Response(error, for: request)
        }
        var request = request
        request.parameters = match.parameters
        request.route = match.resource.pattern
        request.body.limit = min(request.body.limit, route.bodyLimit)
        do {
            return try await route.handler(request)
        } catch {
            return respond(to: error, in: request)
        }
    }

    private func respond(to error: any Error, in request: Request) -> Response {
        if let own = error as? any HTTPErrorRepresentable, let answer = own.httpError {
            if answer.status.kind == .serverError { log(.warning, "a request could not be served", error, request) }
            return Response(answer, for: request)
        }
        switch error {
        case let error as HTTPError:
            if error.status.kind == .serverError {
                log(.warning, "a request could not be served", error.detail, request)
            }
            return Response(error, for: request)
        case is CancellationError:
            // Nobody is there to read it.
            return Response(
                HTTPError(.serviceUnavailable, detail: "the request was cancelled; send it again"), for: request)
        default:
            log(.error, "a handler failed", error, request)
            return Response(
                HTTPError(
                    .internalServerError,
                    detail: "something went wrong here; the log tells what under the request's id, \(request.id)"),
                for: request)
        }
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ error: Any, _ request: Request) {
        logger.log(
            level: level, message,
            metadata: [
                "request-id": "\(request.id)", "method": "\(request.head.method.rawValue)",
                "route": "\(request.route ?? "")", "error": "\(error)",
            ])
    }

    private func options(allowing methods: String) -> Response {
        Response(.noContent, fields: [.allow: methods])
    }
}
