import HTTPTypes

/// The routes as a tree of segments: a literal is preferred to a capture, a capture with more fixed text to one with less.
struct RouteTable: Sendable {
    /// What is found under a path: a route for each method.
    struct Resource: Sendable {
        let pattern: String
        var routes: [HTTPRequest.Method: Route] = [:]

        /// The value of `Allow` (RFC 9110, 10.2.1).
        var allowed: String {
            RouteTable.allowed(routes.keys)
        }

        func route(for method: HTTPRequest.Method) -> Route? {
            routes[method] ?? (method == .head ? routes[.get] : nil)
        }
    }

    struct Match {
        let resource: Resource
        var parameters: [String: String] = [:]
    }

    private struct Node: Sendable {
        var resource: Resource?
        var literals: [String: Node] = [:]
        var captures: [(segment: RouteSegment, node: Node)] = []
    }

    private var root = Node()
    /// Resources whose pattern captures nothing, by their path: most requests are found here without cutting anything.
    private var fixed: [String: Resource] = [:]
    private var methods: Set<HTTPRequest.Method> = []

    /// What `Allow` says of the server as a whole.
    var allowed: String {
        Self.allowed(methods)
    }

    /// - Precondition: the pattern starts with `/`, and no other route has the same pattern and method.
    mutating func add(_ route: Route, for method: HTTPRequest.Method, at pattern: String) {
        precondition(pattern.hasPrefix("/"), "the route \(pattern) does not start with a slash")
        let segments =
            pattern == "/"
            ? []
            : pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
                .map { RouteSegment($0, of: pattern) }
        var resource = Resource(pattern: pattern)
        Self.insert(segments[...], into: &root) { node in
            if let present = node.resource { resource = present }
            precondition(
                resource.pattern == pattern && resource.routes[method] == nil,
                "the route \(method) \(pattern) is there already as \(resource.pattern)")
            resource.routes[method] = route
            node.resource = resource
        }
        if !pattern.contains("{") { fixed[pattern] = resource }
        methods.insert(method)
    }

    /// HEAD comes with GET, and OPTIONS is always answered.
    private static func allowed(_ methods: some Sequence<HTTPRequest.Method>) -> String {
        var names = Set(methods.map(\.rawValue)).union(["OPTIONS"])
        if names.contains("GET") { names.insert("HEAD") }
        return names.sorted().joined(separator: ", ")
    }

    private static func insert(
        _ segments: ArraySlice<RouteSegment>, into node: inout Node, at end: (inout Node) -> Void
    ) {
        guard let segment = segments.first else { return end(&node) }
        let rest = segments.dropFirst()
        switch segment {
        case .literal(let text):
            insert(rest, into: &node.literals[text, default: Node()], at: end)
        case .capture:
            if let index = node.captures.firstIndex(where: { $0.segment == segment }) {
                insert(rest, into: &node.captures[index].node, at: end)
            } else {
                var child = Node()
                insert(rest, into: &child, at: end)
                node.captures.append((segment, child))
                node.captures.sort { $0.segment.fixedLength > $1.segment.fixedLength }
            }
        }
    }

    /// What a raw request target's path leads to.
    func match(_ target: String) -> Match? {
        let query = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = query.map { String(target[..<$0]) } ?? target
        if let resource = fixed[path] { return Match(resource: resource) }
        return RoutePath.segments(of: path).flatMap { Self.match($0[...], below: root) }
    }

    private static func match(_ segments: ArraySlice<String>, below node: Node) -> Match? {
        guard let segment = segments.first else { return node.resource.map { Match(resource: $0) } }
        let rest = segments.dropFirst()
        if let child = node.literals[segment], let match = match(rest, below: child) { return match }
        for (capture, child) in node.captures {
            guard case .capture(let name, _, _) = capture, let value = capture.captured(from: segment),
                var match = match(rest, below: child)
            else { continue }
            match.parameters[name] = value
            return match
        }
        return nil
    }
}
