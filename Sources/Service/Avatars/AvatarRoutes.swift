import Engine
import HTTPServer
import HTTPTypes

/// `/v1/avatars`: who can speak.
struct AvatarRoutes: Sendable {
    let library: AvatarLibrary
    let previews: AvatarPreviews
    let bakery: Bakery

    func register(on router: inout Router) {
        router.on(.get, "/v1/avatars", list)
        router.on(.get, "/v1/avatars/{name}", show)
        router.on(.get, "/v1/avatars/{name}/preview.jpg", preview)
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let all = await Blocking.run {
            library.names().compactMap(resource)
        }
        return try .json(AvatarListResource(data: all))
    }

    private func show(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let (name, _) = try await find(request)
        guard let resource = await Blocking.run({ resource(name) }) else { throw Self.unknown(name) }
        return try .json(resource)
    }

    private func preview(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["image/jpeg"])
        let (name, facts) = try await find(request)
        guard let fingerprint = facts.fingerprint, facts.problems.isEmpty else {
            throw HTTPError(
                .conflict, detail: "\(name) cannot be shown: \(facts.problems.first ?? "it does not load")")
        }
        guard let file = try? FileHandle(path: previews.path(fingerprint: fingerprint)) else {
            previews.prepare(name)
            throw HTTPError(
                .serviceUnavailable, kind: "not-yet",
                detail: "the picture of \(name) is being rendered; come back soon",
                fields: [.retryAfter: "5"])
        }
        let response = FileResponse(
            file, contentType: "image/jpeg", etag: EntityTag(String(fingerprint.prefix(32))),
            fields: [.cacheControl: "no-cache"])
        return response.response(to: request)
    }

    private func find(_ request: Request) async throws -> (String, AvatarFacts) {
        let name = request.parameters["name"] ?? ""
        guard let facts = await Blocking.run({ library.facts(of: name) }) else {
            throw Self.unknown(name)
        }
        return (name, facts)
    }

    /// Nil if there is no such avatar.
    private func resource(_ name: String) -> AvatarResource? {
        guard let facts = library.facts(of: name) else { return nil }
        let status = (try? library.avatar(name)).map { bakery.status(of: $0.avatar) } ?? .none
        return AvatarResource(name: name, facts: facts, realtime: RealTimeResource(status, floor: bakery.floor))
    }

    private static func unknown(_ name: String) -> HTTPError {
        HTTPError(.notFound, detail: "there is no avatar '\(name)'; GET /v1/avatars lists those there are")
    }
}
