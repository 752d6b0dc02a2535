extension [UInt8] {
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// - Parameter number: not negative.
    mutating func append(decimal number: Int) {
        append(number, radix: 10)
    }

    /// - Parameter number: not negative.
    mutating func append(hexadecimal number: Int) {
        append(number, radix: 16)
    }

    @inline(__always)
    private mutating func append(_ number: Int, radix: Int) {
        var place = 1
        while number / place >= radix { place *= radix }
        while place > 0 {
            let digit = UInt8(truncatingIfNeeded: number / place % radix)
            append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
            place /= radix
        }
    }
}
