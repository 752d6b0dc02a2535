/// Application-Layer Protocol Negotiation (RFC 7301).
enum ALPN {
    /// The protocol name of HTTP/1.1 (RFC 7301, 6).
    static let http1: StaticString = "http/1.1"

    /// Finds `name` in a client's list, where each name follows its length in one byte (RFC 7301, 3.1).
    ///
    /// - Returns: where the name stands, without its length; nil if it is not there or the list is malformed before it.
    static func find(_ name: StaticString, in list: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        name.withUTF8Buffer { name in
            var start = 0
            while start < list.count {
                let range = start + 1..<start + 1 + Int(list[start])
                guard range.upperBound <= list.count else { return nil }
                if list[range].elementsEqual(name) { return range }
                start = range.upperBound
            }
            return nil
        }
    }
}
