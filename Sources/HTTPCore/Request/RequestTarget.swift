/// A target taken apart (RFC 9112, 3.2).
struct RequestTarget {
    let form: RequestHead.TargetForm
    /// Empty in an absolute-form that has none.
    let path: Range<Int>
    let query: Range<Int>?
    /// Of an absolute-form.
    let authority: Range<Int>?

    init(_ bytes: UnsafeRawBufferPointer, _ line: RequestLine) throws(HTTPParseError) {
        let target = line.target
        if bytes[target.lowerBound] == UInt8(ascii: "/") {
            form = .origin
            authority = nil
            (path, query) = Self.split(target, at: line.question)
            return
        }
        if target.count == 1, bytes[target.lowerBound] == UInt8(ascii: "*") {
            // RFC 9112, 3.2.4.
            guard bytes.equals("OPTIONS", line.method) else {
                throw .malformed("The target * is only for OPTIONS.")
            }
            form = .asterisk
            authority = nil
            (path, query) = (target, nil)
            return
        }
        // absolute-form of http or https: RFC 9112, 3.2.2; RFC 9110, 4.2.
        var start = target.lowerBound
        if bytes.matches("http://", start..<min(start + 7, target.upperBound)) {
            start += 7
        } else if bytes.matches("https://", start..<min(start + 8, target.upperBound)) {
            start += 8
        } else {
            throw .malformed("The target is neither a path that begins with a slash nor an http URI.")
        }
        let end =
            (start..<target.upperBound).first {
                bytes[$0] == UInt8(ascii: "/") || bytes[$0] == UInt8(ascii: "?")
            } ?? target.upperBound
        guard Authority.isValid(bytes, start..<end) else {
            throw .malformed("The target has no valid host and port.")
        }
        form = .absolute
        authority = start..<end
        (path, query) = Self.split(end..<target.upperBound, at: line.question)
    }

    private static func split(_ range: Range<Int>, at question: Int?) -> (path: Range<Int>, query: Range<Int>?) {
        guard let question else { return (range, nil) }
        return (range.lowerBound..<question, question + 1..<range.upperBound)
    }
}
