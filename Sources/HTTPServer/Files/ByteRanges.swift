/// `Range` in bytes (RFC 9110, 14.1.2, 14.2), applied to a representation of some length.
enum ByteRanges: Equatable {
    /// At least one range, none of them empty, in rising order with gaps between them.
    case satisfiable([Range<Int>])
    case unsatisfiable

    /// More ranges than this are not served: the whole is cheaper than their heads.
    static let limit = 16
    /// A gap as small as this costs less than the head of another part (15.3.7.2).
    private static let smallGap = 80

    /// - Returns: nil for what is to be answered with the whole: another unit, malformed ranges, or too many.
    init?(_ field: String, length: Int) {
        let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].lowercased() == "bytes" else { return nil }
        let elements = halves[1].split(separator: ",", maxSplits: Self.limit * 2, omittingEmptySubsequences: false)
            .map { $0.utf8.drop(while: \.isBlank) }.filter { !$0.isEmpty }
        guard 1...Self.limit ~= elements.count else { return nil }
        var ranges: [Range<Int>] = []
        for element in elements {
            guard let range = Self.range(Array(element), length: length) else { return nil }
            if !range.isEmpty { ranges.append(range) }
        }
        // A suffix of nothing is all of it, which only the whole can express.
        if length == 0,
            elements.contains(where: { $0.first == UInt8(ascii: "-") && $0.contains { $0 > UInt8(ascii: "0") } })
        {
            return nil
        }
        self = ranges.isEmpty ? .unsatisfiable : .satisfiable(Self.coalesced(ranges))
    }

    /// One `range-spec`: empty if there are no such bytes, nil if it is malformed.
    private static func range(_ element: [UInt8], length: Int) -> Range<Int>? {
        let trimmed = element.reversed().drop(while: \.isBlank).reversed()
        let ends = Array(trimmed).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard ends.count == 2, let first = number(ends[0]), let last = number(ends[1]) else { return nil }
        switch (first, last) {
        case (nil, nil): return nil
        case (nil, let suffix?): return max(0, length - suffix)..<length
        case (let first?, nil): return min(first, length)..<length
        case (let first?, let last?):
            guard first <= last else { return nil }
            return first < length ? first..<min(last, length - 1) + 1 : length..<length
        }
    }

    /// Digits as a number, too large a one as the largest; nil within for no digits, nil for anything else.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int?? {
        guard digits.allSatisfy(\.isASCIIDigit) else { return nil }
        return .some(digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self)) ?? .max)
    }

    private static func coalesced(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound - last.upperBound <= smallGap {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
