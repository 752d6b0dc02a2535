import HTTPTypes
import Testing

@testable import HTTPServer

struct ConditionTests {
    /// 1994-11-06T08:49:37Z.
    private static let changed = 784_111_777
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

    private static func outcome(
        _ method: HTTPRequest.Method = .get, _ fields: HTTPFields, etag: EntityTag? = EntityTag("a")
    ) -> Conditions.Outcome {
        Conditions.outcome(method, fields, Conditions.State(etag: etag, lastModified: changed, length: 100))
    }

    /// RFC 9110, 13.2.2, step by step.
    @Test(
        arguments: [
            ([:], .whole),
            ([.ifMatch: "\"a\""], .whole), ([.ifMatch: "\"b\", \"a\""], .whole), ([.ifMatch: "*"], .whole),
            ([.ifMatch: "\"b\""], .failed), ([.ifMatch: "W/\"a\""], .failed), ([.ifMatch: ""], .failed),
            ([.ifMatch: "a"], .failed),
            ([.ifMatch: "\"a\"", .ifUnmodifiedSince: before], .whole),
            ([.ifUnmodifiedSince: before], .failed), ([.ifUnmodifiedSince: date], .whole),
            ([.ifUnmodifiedSince: "yesterday"], .whole),
            ([.ifNoneMatch: "\"a\""], .notModified), ([.ifNoneMatch: "W/\"a\""], .notModified),
            ([.ifNoneMatch: "*"], .notModified), ([.ifNoneMatch: "\"x\",\"a\""], .notModified),
            ([.ifNoneMatch: "\"b\""], .whole), ([.ifNoneMatch: "\"b\"", .ifModifiedSince: after], .whole),
            ([.ifModifiedSince: date], .notModified), ([.ifModifiedSince: after], .notModified),
            ([.ifModifiedSince: before], .whole), ([.ifModifiedSince: "x"], .whole),
            ([.ifMatch: "\"b\"", .ifNoneMatch: "\"a\""], .failed),
            ([.ifMatch: "\"a\"", .ifNoneMatch: "\"a\""], .notModified),
            ([.range: "bytes=0-9"], .ranges([0..<10])), ([.range: "bytes=0-9", .ifRange: "\"a\""], .ranges([0..<10])),
            ([.range: "bytes=0-9", .ifRange: "\"b\""], .whole), ([.range: "bytes=0-9", .ifRange: "W/\"a\""], .whole),
            ([.range: "bytes=0-9", .ifRange: date], .ranges([0..<10])),
            ([.range: "bytes=0-9", .ifRange: after], .whole),
            ([.range: "bytes=0-9", .ifRange: "junk"], .whole), ([.range: "bytes=100-"], .unsatisfiable),
            ([.range: "bytes=100-", .ifRange: "\"b\""], .whole), ([.ifRange: "\"a\""], .whole),
            ([.range: "bytes=0-9", .ifNoneMatch: "\"a\""], .notModified),
            ([.range: "bytes=100-", .ifMatch: "\"b\""], .failed),
        ] as [(HTTPFields, Conditions.Outcome)])
    func `Conditions are weighed in their order`(fields: HTTPFields, expected: Conditions.Outcome) {
        #expect(Self.outcome(.get, fields) == expected)
    }

    @Test func `Only reading is spared by 304, and only GET has ranges`() {
        #expect(Self.outcome(.head, [.ifNoneMatch: "\"a\""]) == .notModified)
        #expect(Self.outcome(.put, [.ifNoneMatch: "\"a\""]) == .failed)
        #expect(Self.outcome(.put, [.ifModifiedSince: Self.date]) == .whole)
        #expect(Self.outcome(.head, [.range: "bytes=0-9"]) == .whole)
        #expect(Self.outcome(.delete, [.ifMatch: "\"b\""]) == .failed)
    }

    @Test func `A weak tag spares the content but vouches for no part of it`() {
        let weak = EntityTag("a", isWeak: true)
        #expect(Self.outcome(.get, [.ifNoneMatch: "\"a\""], etag: weak) == .notModified)
        #expect(Self.outcome(.get, [.ifMatch: "W/\"a\""], etag: weak) == .failed)
        #expect(Self.outcome(.get, [.range: "bytes=0-9", .ifRange: "W/\"a\""], etag: weak) == .whole)
    }

    @Test(
        arguments: [
            ("bytes=0-0", [0..<1]), ("bytes=0-99", [0..<100]), ("bytes=0-1000", [0..<100]), ("bytes=90-", [90..<100]),
            ("bytes=-1", [99..<100]), ("bytes=-1000", [0..<100]), ("BYTES=5-6", [5..<7]),
            ("bytes= 1-2 ,\t4-4 ", [1..<5]),
            ("bytes=0-0,-1", [0..<1, 99..<100]), ("bytes=99-99,0-0", [0..<1, 99..<100]),
            ("bytes=0-9,5-20,10-30", [0..<31]),
            ("bytes=0-0,200-300", [0..<1]), ("bytes=,0-1,", [0..<2]), ("bytes=0-99999999999999999999999", [0..<100]),
            ("bytes=-99999999999999999999999", [0..<100]), ("bytes=-0,1-1", [1..<2]),
        ] as [(String, [Range<Int>])])
    func `Reads ranges`(field: String, ranges: [Range<Int>]) {
        #expect(ByteRanges(field, length: 100) == .satisfiable(ranges))
    }

    @Test(arguments: ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-", "bytes=100-,-0"])
    func `Ranges beyond the end are unsatisfiable`(field: String) {
        #expect(ByteRanges(field, length: 100) == .unsatisfiable)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=2-1", "bytes=1", "bytes=1-2-3", "bytes=1--2",
        "bytes=+1-2",
        "bytes=0x1-2", "lines=0-1", "bytes 0-1", "bytes=0-1;2-3", "bytes=1 - 2", "bytes=0-0,x",
    ])
    func `Malformed ranges are ignored`(field: String) {
        #expect(ByteRanges(field, length: 100) == nil)
    }

    @Test func `Too many ranges are ignored`() {
        let ranges = (0..<17).map { "\($0 * 1000)-\($0 * 1000)" }
        #expect(ByteRanges("bytes=" + ranges.joined(separator: ","), length: 100_000) == nil)
        guard
            case .satisfiable(let some) = ByteRanges(
                "bytes=" + ranges.dropLast().joined(separator: ","), length: 100_000)
        else { return #expect(Bool(false)) }
        #expect(some.count == 16)
        #expect(ByteRanges("bytes=" + String(repeating: ",", count: 1_000_000), length: 100) == nil)
    }

    @Test func `Nothing has no ranges`() {
        #expect(ByteRanges("bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRanges("bytes=-5", length: 0) == nil)
        #expect(ByteRanges("bytes=-0", length: 0) == .unsatisfiable)
    }

    @Test(arguments: [
        (date, changed), ("Sunday, 06-Nov-94 08:49:37 GMT", changed), ("Sun Nov  6 08:49:37 1994", changed),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Sunday, 06-Nov-77 00:00:00 GMT", 247_622_400),
    ])
    func `Reads the three forms of a date`(text: String, seconds: Int) {
        #expect(HTTPDate.parse(text, year: 2026) == seconds)
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 29 Feb 2023 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "0",
        "Sun Nov 6",
    ])
    func `Refuses other dates`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test func `Writes what it reads`() {
        #expect(HTTPDate.format(Self.changed) == Self.date)
        #expect(HTTPDate.format(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.format(-1) == "Wed, 31 Dec 1969 23:59:59 GMT")
        #expect(HTTPDate.format(951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let seconds = Int.random(in: -20_000_000_000...200_000_000_000, using: &random)
            #expect(HTTPDate.parse(HTTPDate.format(seconds)) == seconds)
        }
    }
}
