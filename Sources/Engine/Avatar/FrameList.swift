/// A user's choice of frames, such as `0,3,10-20`. Ranges include both ends.
public struct FrameList: Sendable, Hashable {
    /// As written, in the user's order.
    public let ranges: [ClosedRange<Int>]

    /// - Throws: `.invalidValue` for anything but whole numbers and rising ranges between commas.
    public init(parsing text: String) throws(EngineError) {
        func refused(_ found: String) -> EngineError {
            EngineError(
                .invalidValue, "frame list '\(text.prefix(60))'", found: found,
                expected: "frame numbers from 0 and ranges, such as 0,3,10-20", remedy: "correct the list")
        }
        func number(_ digits: Substring) -> Int? {
            digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
        }
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.filter { !$0.isWhitespace }.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first.flatMap({ number($0[...]) }), let last = number(ends[ends.count - 1][...]) else {
                throw refused(part.isEmpty ? "an empty entry" : "'\(part.prefix(60))'")
            }
            guard first <= last else { throw refused("the falling range '\(part.prefix(60))'") }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    /// The chosen frames of a video, ascending and each once.
    /// - Throws: `.invalidValue` if a frame lies past the video's end.
    public func indices(frameCount: Int) throws(EngineError) -> [Int] {
        if let last = ranges.map(\.upperBound).max(), last >= frameCount {
            throw EngineError(
                .invalidValue, "frame list", found: "frame \(last)", expected: "frames 0 to \(frameCount - 1): the video has \(frameCount)",
                remedy: "choose frames within the video")
        }
        var chosen = [Bool](repeating: false, count: frameCount)
        for range in ranges { for index in range { chosen[index] = true } }
        return chosen.indices.filter { chosen[$0] }
    }
}
