/// `weight` (RFC 9110, 12.4.2) in thousandths: 0 is "not acceptable".
enum Weight {
    static let full = 1000

    /// - Returns: nil unless `text` is 0 to 1 with at most three decimals.
    static func parse(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? Array(parts[1]) : []
        guard parts[0].count == 1, let whole = parts[0].first, whole.isASCIIDigit, decimals.count <= 3,
            decimals.allSatisfy(\.isASCIIDigit)
        else { return nil }
        let digits = [whole] + decimals + Array(repeating: UInt8(ascii: "0"), count: 3 - decimals.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value <= full ? value : nil
    }
}
