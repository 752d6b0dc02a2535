import Foundation
import HTTPServer
import Synchronization
import Testing

@testable import Service

@Suite struct SupportTests {
    // MARK: Explicit

    @Test func nothingIsWrittenAsNull() throws {
        struct Thing: Encodable {
            @Explicit var some: Int? = 1
            @Explicit var none: Int? = nil
        }
        #expect(String(decoding: try JSONText.encode(Thing()), as: UTF8.self) == "{\"none\":null,\"some\":1}\n")
    }

    // MARK: JSONValue

    @Test(arguments: [
        "null", "true", "1", "-1.5", "\"a\"", "[1,\"b\",null]", "{\"a\":{\"b\":[]}}", "9223372036854775807",
    ])
    func anyJSONIsReadAndWritten(text: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(String(decoding: try JSONText.encode(value), as: UTF8.self) == text + "\n")
    }

    @Test(arguments: [("a b", "a%20b"), ("ä/?#", "%C3%A4%2F%3F%23"), ("a-b.c_d~", "a-b.c_d~"), ("%", "%25")])
    func segmentsAreEscaped(text: String, escaped: String) {
        #expect(PathSegment.encode(text) == escaped)
    }

    // MARK: AsyncTurn

    private final class Counter: Sendable {
        let running = Atomic(0)
        let most = Atomic(0)
        let done = Atomic(0)
    }

    @Test func turnsAreTakenByAFewAtATime() async throws {
        let turn = AsyncTurn(limit: 2, waiting: 100)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turn.take {
                        let now = counter.running.add(1, ordering: .relaxed).newValue
                        counter.most.max(now, ordering: .relaxed)
                        for _ in 0..<5 { await Task.yield() }
                        counter.running.subtract(1, ordering: .relaxed)
                        counter.done.add(1, ordering: .relaxed)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counter.most.load(ordering: .relaxed) <= 2)
        #expect(counter.done.load(ordering: .relaxed) == 50)
    }

    @Test func whoeverIsTooManyIsToldToComeBack() async throws {
        let turn = AsyncTurn(limit: 1, waiting: 0)
        try await turn.take {
            let error = await #expect(throws: HTTPError.self) { try await turn.take {} }
            #expect(error?.status == .tooManyRequests)
            #expect(error?.fields[.retryAfter] == "10")
        }
        // The turn was passed on.
        #expect(try await turn.take { 1 } == 1)
    }

    @Test func turnsAreGivenBackByErrorsAndByWhoeverNoLongerWaits() async throws {
        struct Failure: Error {}
        let turn = AsyncTurn(limit: 1, waiting: 1)
        await #expect(throws: Failure.self) { try await turn.take { throw Failure() } }
        for _ in 0..<200 {
            try await turn.take {
                let waiter = Task { try await turn.take {} }
                if Bool.random() { await Task.yield() }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
        }
        #expect(try await turn.take { 1 } == 1)
    }

    // MARK: Ticking

    @Test func elementsComeAndTheEndDoes() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        for number in 1...3 { continuation.yield(number) }
        continuation.finish()
        var seen: [Int?] = []
        for await element in Ticking(stream, every: .seconds(3_600)) { seen.append(element) }
        #expect(seen == [1, 2, 3])
    }

    @Test func silenceTicks() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        var seen: [Int?] = []
        for await element in Ticking(stream, every: .milliseconds(1)) {
            seen.append(element)
            if seen.count == 2 { continuation.yield(7) }
            if element != nil { continuation.finish() }
        }
        #expect(seen.prefix(2) == [nil, nil])
        #expect(seen.contains(7))
    }

    /// Whoever stops listening leaves nothing running behind.
    @Test func leavingEndsTheStream() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        continuation.onTermination = { _ in end.finish() }
        continuation.yield(1)
        for await _ in Ticking(stream, every: .seconds(3_600)) { break }
        for await _ in ended {}
    }
}
