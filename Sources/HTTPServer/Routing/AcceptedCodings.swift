/// `Accept-Encoding` (RFC 9110, 12.5.3).
struct AcceptedCodings {
    private var weights: [String: Int] = [:]

    /// Elements that are malformed are left aside.
    init(_ field: String?) {
        var scanner = FieldScanner(field ?? "")
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            if let coding = scanner.token(), let parameters = scanner.parameters(),
                scanner.isAtEnd || scanner.next == UInt8(ascii: ","),
                let weight = Weight.parse(parameters.first { $0.name == "q" }?.value ?? "1")
            {
                weights[coding.lowercased()] = weight
            }
            scanner.skipElement()
        }
    }

    /// Whether gzip is asked for at least as much as no coding. Not without a field, though that allows every coding:
    /// such clients tend not to decode any.
    var prefersGzip: Bool {
        let gzip = weights["gzip"] ?? weights["x-gzip"] ?? weights["*"] ?? 0
        return gzip > 0 && gzip >= weights["identity"] ?? 0
    }
}
