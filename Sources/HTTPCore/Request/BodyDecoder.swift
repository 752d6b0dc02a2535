/// Takes a request's body out of its framing (RFC 9112, 6 and 7).
enum BodyDecoder: Sendable {
    /// Bytes still to come.
    case length(Int)
    case chunked(ChunkedDecoder)

    /// - Returns: nil for a request without a body.
    init?(_ framing: RequestHead.Framing, limits: HTTPLimits) {
        switch framing {
        case .none: return nil
        case .length(let length): self = .length(length)
        case .chunked: self = .chunked(ChunkedDecoder(limits: limits))
        }
    }

    var isComplete: Bool {
        switch self {
        case .length(let rest): rest == 0
        case .chunked(let decoder): decoder.isComplete
        }
    }

    var trailers: FieldBlock? {
        if case .chunked(let decoder) = self { decoder.trailers } else { nil }
    }

    /// Bytes still to come at least.
    var rest: Int {
        if case .length(let rest) = self { rest } else { 0 }
    }

    /// Decodes up to the end of the body.
    ///
    /// - Parameters:
    ///   - output: content is appended to it, also before an error.
    ///   - keeping: false to drop the content.
    /// - Returns: how many bytes belong to the body.
    mutating func decode(
        _ input: UnsafeRawBufferPointer, into output: inout [UInt8], keeping: Bool
    ) throws(HTTPParseError) -> Int {
        switch self {
        case .length(let rest):
            let count = min(rest, input.count)
            if keeping { output.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[..<count])) }
            self = .length(rest - count)
            return count
        case .chunked(var decoder):
            // Left alone meanwhile, so that the decoder's arrays are not shared and copied.
            self = .length(0)
            defer { self = .chunked(decoder) }
            return try decoder.decode(input, into: &output, keeping: keeping)
        }
    }
}
