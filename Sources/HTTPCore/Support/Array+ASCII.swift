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

    private mutating func append(_ number: Int, radix: Int) {
        let start = count
        var number = number
        repeat {
            let digit = UInt8(number % radix)
            append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
            number /= radix
        } while number > 0
        self[start...].reverse()
    }
}
