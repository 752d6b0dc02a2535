/// The elements of a stream, and nil whenever none has come for a while.
struct Ticking<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    private let interval: Duration

    init(_ stream: AsyncStream<Element>, every interval: Duration) {
        self.stream = stream
        self.interval = interval
    }

    func makeAsyncIterator() -> AsyncStream<Element?>.Iterator {
        let (ticking, continuation) = AsyncStream<Element?>.makeStream(bufferingPolicy: .bufferingNewest(8))
        let stream = stream
        let interval = interval
        let elements = Task {
            for await element in stream { continuation.yield(element) }
            continuation.finish()
        }
        let ticks = Task {
            while (try? await Task.sleep(for: interval)) != nil { continuation.yield(nil) }
        }
        continuation.onTermination = { _ in
            elements.cancel()
            ticks.cancel()
        }
        return ticking.makeAsyncIterator()
    }
}
