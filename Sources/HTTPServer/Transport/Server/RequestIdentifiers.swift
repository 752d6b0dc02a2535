import Synchronization

/// Makes request ids: eight hexadecimal digits that differ from run to run, a dash, and a count.
struct RequestIdentifiers: ~Copyable {
    private let prefix: String
    private let count = Atomic<UInt64>(0)

    init() {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        prefix = String(repeating: "0", count: 8 - digits.count) + digits + "-"
    }

    func next() -> String {
        var number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return String(unsafeUninitializedCapacity: 25) { buffer in
            var prefix = prefix
            prefix.withUTF8 { buffer.baseAddress!.update(from: $0.baseAddress!, count: 9) }
            let digits = max((67 - number.leadingZeroBitCount) / 4, 1)
            for place in (9..<9 + digits).reversed() {
                let digit = UInt8(truncatingIfNeeded: number & 15)
                buffer[place] = digit < 10 ? 48 + digit : 87 + digit
                number >>= 4
            }
            return 9 + digits
        }
    }
}
