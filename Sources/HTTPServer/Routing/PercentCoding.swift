/// Percent-encoding (RFC 3986, 2.1).
enum PercentCoding {
    /// The text that `encoded` stands for.
    ///
    /// - Returns: nil if an escape is incomplete or the result is not UTF-8.
    static func decode(_ encoded: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Every byte escaped but letters, digits and those of `also`.
    static func encode(_ text: String, leaving also: StaticString) -> String {
        let spared = also.withUTF8Buffer { Array($0) }
        var encoded = ""
        for byte in text.utf8 {
            if byte.isASCIILetterOrDigit || spared.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + Hexadecimal.uppercase(byte)
            }
        }
        return encoded
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        Hexadecimal.value(of: digit)
    }
}
