import Foundation
import Testing

@testable import Jobs

@Suite struct SegmentSetTests {
    @Test(arguments: 0..<50)
    func agreesWithASet(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var (segments, twin) = (SegmentSet(), Set<Int>())
        for _ in 0..<60 {
            let segment = Int.random(in: 0..<40, using: &random)
            let isNew = segments.insert(segment)
            #expect(isNew == twin.insert(segment).inserted)
            #expect(Array(segments) == twin.sorted())
            #expect(segments.count == twin.count)
            #expect((-1...40).allSatisfy { segments.contains($0) == twin.contains($0) })
            #expect(segments.missing(of: 30) == (0..<30).filter { !twin.contains($0) })
            #expect(zip(segments.ranges, segments.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
        }
        #expect(try JSONDecoder().decode(SegmentSet.self, from: JSONEncoder().encode(segments)) == segments)
    }

    @Test(arguments: ["[[1,1]]", "[[2,1]]", "[[0,1],[1,2]]", "[[3,4],[0,1]]", "[[0]]", "[[-2,1]]", "{}"])
    func refusesRangesOutOfOrder(_ text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(SegmentSet.self, from: Data(text.utf8)) }
    }
}
