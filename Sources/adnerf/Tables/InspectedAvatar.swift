import Engine

/// An avatar's facts as JSON, with its baked file beside them as `bake`.
struct InspectedAvatar: Encodable {
    let facts: AvatarFacts
    let bake: BakedFileFacts?

    private enum Key: CodingKey {
        case bake
    }

    func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(bake, forKey: .bake)
    }
}
