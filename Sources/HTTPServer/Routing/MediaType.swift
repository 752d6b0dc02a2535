/// A media type (RFC 9110, 8.3.1): `multipart/form-data; boundary=x`.
public struct MediaType: Hashable, Sendable {
    /// In lower case.
    public let type: String
    /// In lower case.
    public let subtype: String
    /// By names in lower case.
    public let parameters: [String: String]

    /// - Returns: nil unless `field` is one media type, no parameter of which occurs twice.
    public init?(_ field: String) {
        var scanner = FieldScanner(field)
        scanner.skipBlanks()
        self.init(scanning: &scanner)
        guard scanner.isAtEnd else { return nil }
    }

    init?(scanning scanner: inout FieldScanner) {
        guard let type = scanner.token(), scanner.take("/"), let subtype = scanner.token(),
            let parameters = scanner.parameters(),
            let named = try? Dictionary(
                parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { _, _ in throw Twice() })
        else { return nil }
        self.type = type.lowercased()
        self.subtype = subtype.lowercased()
        self.parameters = named
    }

    private struct Twice: Error {}

    /// A parameter's value; `name` in lower case.
    public subscript(parameter name: String) -> String? {
        parameters[name]
    }

    /// `type/subtype` without parameters.
    public var essence: String {
        "\(type)/\(subtype)"
    }
}
