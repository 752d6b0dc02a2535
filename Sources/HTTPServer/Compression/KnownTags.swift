/// The tags of `If-None-Match` where some are of compressed states.
struct KnownTags {
    private static let suffix = "-gzip"
    private let tags: [EntityTag]

    init(_ field: String?) {
        guard let field, case .tags(let tags) = EntityTagList(field) else {
            self.tags = []
            return
        }
        self.tags = tags
    }

    /// The field with the plain states' tags added, which handlers know; nil if there are none to add.
    var fieldWithPlainTags: String? {
        let plain = tags.filter { $0.value.hasSuffix(Self.suffix) }
            .map { EntityTag(String($0.value.dropLast(Self.suffix.count)), isWeak: $0.isWeak) }
        return plain.isEmpty ? nil : (tags + plain).map(\.description).joined(separator: ", ")
    }

    /// The compressed state's tag in place of the plain one's, if it is the one that the client knows.
    func codedTag(for field: String) -> String? {
        guard let tag = EntityTag(field: field), !tags.contains(where: tag.weaklyMatches) else { return nil }
        let coded = tag.coded("gzip")
        return tags.contains(where: coded.weaklyMatches) ? coded.description : nil
    }
}
