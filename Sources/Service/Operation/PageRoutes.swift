import HTTPServer
import HTTPTypes
import Page

/// `/` and `/openapi.yaml`: the page and the contract, both part of the program.
struct PageRoutes: Sendable {
    private let page: StaticAsset
    private let contract: StaticAsset
    private let policy: String

    init() {
        page = StaticAsset(Page.html, contentType: "text/html; charset=utf-8")
        contract = StaticAsset(Page.contract, contentType: "application/yaml")
        policy = Page.contentSecurityPolicy(sha256: SHA256Digest.of)
    }

    func register(on router: inout Router) {
        router.on(.get, "/") { request in
            _ = try request.preferredType(of: ["text/html"])
            var response = page.response(to: request)
            response.fields[.contentSecurityPolicy] = policy
            return response
        }
        router.on(.get, "/openapi.yaml") { request in
            _ = try request.preferredType(of: ["application/yaml"])
            return contract.response(to: request)
        }
    }
}

extension HTTPField.Name {
    static let contentSecurityPolicy = Self("Content-Security-Policy")!
}
