/// What tells one state of a representation from another (RFC 9110, 8.8.3).
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// Without quotes.
    public let value: String
    /// Whether states with the same tag may differ in their bytes.
    public let isWeak: Bool

    /// - Precondition: `value` is made of visible ASCII other than quotes.
    public init(_ value: String, isWeak: Bool = false) {
        precondition(value.utf8.allSatisfy(Self.isPart), "an entity tag is made of visible characters, not of \(value)")
        self.value = value
        self.isWeak = isWeak
    }

    /// `"value"` or `W/"value"`, as fields have it.
    public var description: String {
        "\(isWeak ? "W/" : "")\"\(value)\""
    }

    /// The tag of another coding of the same state, which differs in its bytes.
    func coded(_ coding: String) -> EntityTag {
        EntityTag("\(value)-\(coding)", isWeak: isWeak)
    }

    /// Same bytes for sure (8.8.3.2).
    func stronglyMatches(_ other: EntityTag) -> Bool {
        !isWeak && self == other
    }

    func weaklyMatches(_ other: EntityTag) -> Bool {
        value == other.value
    }

    static func isPart(_ byte: UInt8) -> Bool {
        byte == 0x21 || 0x23...0x7E ~= byte || byte >= 0x80
    }
}
