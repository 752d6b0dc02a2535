/// The value of `If-Match` or `If-None-Match` (RFC 9110, 13.1).
enum EntityTagList: Equatable {
    /// `*`: whatever there is.
    case any
    case tags([EntityTag])

    /// What is malformed is left aside with all that follows it.
    init(_ field: String) {
        var scanner = FieldScanner(field)
        scanner.skipBlanks()
        if scanner.take("*") {
            scanner.skipBlanks()
            self = scanner.isAtEnd ? .any : .tags([])
            return
        }
        var tags: [EntityTag] = []
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            if scanner.take(",") { continue }
            guard let tag = EntityTag(scanning: &scanner) else { break }
            tags.append(tag)
            scanner.skipBlanks()
            guard scanner.isAtEnd || scanner.take(",") else { break }
        }
        self = .tags(tags)
    }

    func contains(where isMatch: (EntityTag) -> Bool) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains(where: isMatch)
        }
    }
}

extension EntityTag {
    /// - Returns: nil unless the field is one tag.
    init?(field: String) {
        var scanner = FieldScanner(field)
        self.init(scanning: &scanner)
        guard scanner.isAtEnd else { return nil }
    }

    init?(scanning scanner: inout FieldScanner) {
        let isWeak = scanner.take("W")
        guard !isWeak || scanner.take("/"), scanner.take("\"") else { return nil }
        let value = scanner.text(while: Self.isPart) ?? ""
        guard scanner.take("\"") else { return nil }
        self.init(value, isWeak: isWeak)
    }
}
