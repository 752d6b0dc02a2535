import HTTPTypes

/// A request's conditions and ranges, weighed against the state of what it asks for (RFC 9110, 13.2.2).
enum Conditions {
    /// What is known of the representation that would be answered.
    struct State {
        var etag: EntityTag?
        /// Seconds since 1970.
        var lastModified: Int?
        /// Bytes; nil if ranges are not served.
        var length: Int?
    }

    enum Outcome: Equatable {
        /// Answer, or do, as if there were no conditions.
        case whole
        /// 206.
        case ranges([Range<Int>])
        /// 304.
        case notModified
        /// 412.
        case failed
        /// 416.
        case unsatisfiable
    }

    static func outcome(_ method: HTTPRequest.Method, _ fields: HTTPFields, _ state: State) -> Outcome {
        let isReading = method == .get || method == .head
        if let field = fields[.ifMatch] {
            guard EntityTagList(field).contains(where: { state.etag?.stronglyMatches($0) == true }) else {
                return .failed
            }
        } else if let date = fields[.ifUnmodifiedSince].flatMap({ HTTPDate.parse($0) }),
            let changed = state.lastModified
        {
            guard changed <= date else { return .failed }
        }
        if let field = fields[.ifNoneMatch] {
            if EntityTagList(field).contains(where: { state.etag?.weaklyMatches($0) == true }) {
                return isReading ? .notModified : .failed
            }
        } else if isReading, let date = fields[.ifModifiedSince].flatMap({ HTTPDate.parse($0) }),
            let changed = state.lastModified, changed <= date
        {
            return .notModified
        }
        return method == .get ? ranges(fields, state) : .whole
    }

    private static func ranges(_ fields: HTTPFields, _ state: State) -> Outcome {
        guard let length = state.length, let range = fields[.range],
            fields[.ifRange].map({ isCurrent($0, state) }) ?? true
        else { return .whole }
        switch ByteRanges(range, length: length) {
        case .satisfiable(let ranges): return .ranges(ranges)
        case .unsatisfiable: return .unsatisfiable
        case nil: return .whole
        }
    }

    /// `If-Range` (13.1.5): the very tag or the very date.
    private static func isCurrent(_ field: String, _ state: State) -> Bool {
        if let tag = EntityTag(field: field) { return state.etag?.stronglyMatches(tag) == true }
        return state.lastModified != nil && HTTPDate.parse(field) == state.lastModified
    }
}
