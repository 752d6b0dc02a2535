import Engine
import HTTPServer
import HTTPTypes

/// `/v1/avatars`: who can speak.
struct AvatarRoutes: Sendable {
    let library: AvatarLibrary
    let previews: AvatarPreviews

    func register(on router: inout Router) {
        router.on(.get, "/v1/avatars", list)
        router.on(.get, "/v1/avatars/{name}", show)
        router.on(.get, "/v1/avatars/{name}/preview.jpg", preview)
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let all = await Blocking.run {
            library.names().compactMap { name in library.facts(of: name).map { (name, $0) } }
        }
        return try .json(AvatarListResource(data: all.map { AvatarResource(name: $0, facts: $1) }))
    }

    private func show(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/json"])
        let (name, facts) = try await find(request)
        return try .json(AvatarResource(name: name, facts: facts))
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
            throw HTTPError(
                .notFound, detail: "there is no avatar '\(name)'; GET /v1/avatars lists those there are")
        }
        return (name, facts)
    }
}
