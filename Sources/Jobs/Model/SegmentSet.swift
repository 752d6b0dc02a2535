/// A set of segments, kept as ranges: however long a job is, a few numbers as a rule.
public struct SegmentSet: Hashable, Sendable {
    /// Ascending, apart from each other, none empty.
    public private(set) var ranges: [Range<Int>] = []

    public init() {}

    public init(_ segments: some Sequence<Int>) {
        for segment in segments { insert(segment) }
    }

    public var count: Int { ranges.reduce(0) { $0 + $1.count } }

    public func contains(_ segment: Int) -> Bool {
        let place = place(of: segment)
        return place < ranges.count && ranges[place].contains(segment)
    }

    /// - Returns: whether it is new.
    @discardableResult
    public mutating func insert(_ segment: Int) -> Bool {
        let place = place(of: segment)
        guard place == ranges.count || !ranges[place].contains(segment) else { return false }
        let touchesLeft = place > 0 && ranges[place - 1].upperBound == segment
        let touchesRight = place < ranges.count && ranges[place].lowerBound == segment + 1
        let lower = touchesLeft ? ranges[place - 1].lowerBound : segment
        let upper = touchesRight ? ranges[place].upperBound : segment + 1
        ranges.replaceSubrange(
            (touchesLeft ? place - 1 : place)..<(touchesRight ? place + 1 : place), with: [lower..<upper])
        return true
    }

    /// The segments of `0..<count` that are not in the set.
    public func missing(of count: Int) -> [Int] {
        var missing: [Int] = []
        var next = 0
        for range in ranges {
            missing += next..<Swift.max(next, Swift.min(range.lowerBound, count))
            next = range.upperBound
        }
        if next < count { missing += next..<count }
        return missing
    }

    /// The first range that ends after a segment.
    private func place(of segment: Int) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= segment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SegmentSet: Sequence {
    public func makeIterator() -> some IteratorProtocol<Int> { ranges.lazy.joined().makeIterator() }
}

extension SegmentSet: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension SegmentSet: Codable {
    /// As pairs of a first segment and the one after the last.
    public init(from decoder: any Decoder) throws {
        for pair in try decoder.singleValueContainer().decode([[Int]].self) {
            guard pair.count == 2, pair[0] < pair[1], pair[0] > ranges.last?.upperBound ?? -1 else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "ranges of segments out of order"))
            }
            ranges.append(pair[0]..<pair[1])
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(ranges.map { [$0.lowerBound, $0.upperBound] })
    }
}
