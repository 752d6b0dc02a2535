/// The grammar of `host [ ":" port ]`, as in Host fields and http URIs (RFC 9110, 4.2 and 7.2; RFC 3986, 3.2).
enum Authority {
    /// Whether it is a host, not empty, with an optional port up to 65535. User information is not taken (RFC 9110, 4.2.4).
    static func isValid(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return false }
        var index = first
        if bytes[first] == UInt8(ascii: "[") {
            guard let close = range.first(where: { bytes[$0] == UInt8(ascii: "]") }),
                isIPv6(UnsafeRawBufferPointer(rebasing: bytes[first + 1..<close]))
            else { return false }
            index = close + 1
        } else {
            guard let end = endOfName(bytes, range), end > first else { return false }
            index = end
        }
        guard index < range.upperBound else { return true }
        return bytes[index] == UInt8(ascii: ":") && isPort(bytes, index + 1..<range.upperBound)
    }

    /// The end of the reg-name or IPv4 address that begins the range; nil if an escape in it is malformed.
    private static func endOfName(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if ByteSet.registeredName.contains(bytes[index]) {
                index &+= 1
            } else if bytes[index] == UInt8(ascii: "%") {
                guard range.upperBound - index >= 3, bytes[index + 1].hexDigit != nil, bytes[index + 2].hexDigit != nil
                else { return nil }
                index += 3
            } else {
                break
            }
        }
        return index
    }

    /// port = *DIGIT (RFC 3986, 3.2.3), as far as there are ports.
    private static func isPort(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        var port = 0
        for index in range {
            guard bytes[index].isDigit else { return false }
            port = port * 10 + Int(bytes[index] - 0x30)
            guard port <= 65_535 else { return false }
        }
        return true
    }

    /// IPv6address (RFC 3986, 3.2.2): eight groups of up to four hexadecimal digits, one run of them left out as `::`, the
    /// last two perhaps as an IPv4 address.
    static func isIPv6(_ text: UnsafeRawBufferPointer) -> Bool {
        var groups = 0
        var isShortened = false
        var index = 0
        if text.count >= 2, text[0] == UInt8(ascii: ":"), text[1] == UInt8(ascii: ":") {
            isShortened = true
            index = 2
        }
        while index < text.count {
            let start = index
            while index < text.count, text[index].hexDigit != nil { index += 1 }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard isIPv4(UnsafeRawBufferPointer(rebasing: text[start...])) else { return false }
                groups += 2
                break
            }
            guard 1...4 ~= index - start else { return false }
            groups += 1
            guard index < text.count else { break }
            guard text[index] == UInt8(ascii: ":"), index + 1 < text.count else { return false }
            index += 1
            if text[index] == UInt8(ascii: ":") {
                guard !isShortened else { return false }
                isShortened = true
                index += 1
            }
        }
        return isShortened ? groups <= 7 : groups == 8
    }

    /// IPv4address (RFC 3986, 3.2.2): four decimal numbers up to 255 without leading zeros.
    private static func isIPv4(_ text: UnsafeRawBufferPointer) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard 1...3 ~= part.count, part.allSatisfy(\.isDigit) else { return false }
                return (part.count == 1 || part.first != 0x30) && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }
}
