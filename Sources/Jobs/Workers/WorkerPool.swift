import Foundation
import Synchronization

/// Workers that lease items and have them performed, one each at a time.
public final class WorkerPool: Sendable {
    private struct State {
        var isDraining = false
        /// Whether the deadline has come, so that running items are put back.
        var isStopping = false
        var workers: [Task<Void, Never>] = []
    }

    let engine: JobEngine
    let performer: any Performer
    let count: Int
    let offers = Offers()
    private let bell = WorkBell()
    private let state = Mutex(State())

    init(engine: JobEngine, count: Int, performer: any Performer) {
        self.engine = engine
        self.count = max(1, count)
        self.performer = performer
    }

    /// Works until drained. When its task is cancelled, what runs is put back and it returns soon.
    public func run() async {
        engine.meter.setWorkers(count)
        let arrivals = engine.backend.queue.arrivals()
        let listener = Task { [bell] in for await _ in arrivals { bell.ring() } }
        defer { listener.cancel() }
        let announcer = Task { [self] in await announce() }
        defer { announcer.cancel() }
        // Not child tasks: what a worker has begun it brings to a defined end, whatever is cancelled.
        let prefix = engine.settings.node.isEmpty ? "" : "\(engine.settings.node)-"
        let workers = (0..<count).map { number in
            Task { await Worker(name: "\(prefix)worker-\(number)", pool: self).run() }
        }
        state.withLock { $0.workers = workers }
        await withTaskCancellationHandler {
            for worker in workers { await worker.value }
        } onCancel: {
            stop()
        }
        announcer.cancel()
        await announcer.value
    }

    /// Leases nothing more, waits for what runs, and puts back at the deadline what still does; returns once all of it
    /// is settled, or two seconds after the deadline if some work cannot be stopped.
    public func drain(deadline: Duration) async {
        state.withLock { $0.isDraining = true }
        bell.ring()
        let workers = state.withLock { $0.workers }
        let (done, finished) = AsyncStream.makeStream(of: Void.self)
        let waiter = Task {
            for worker in workers { await worker.value }
            finished.finish()
        }
        let timer = Task { [engine] in
            try await engine.clock.sleep(deadline)
            stop()
            try await engine.clock.sleep(.seconds(2))
            finished.finish()
        }
        for await _ in done {}
        timer.cancel()
        waiter.cancel()
    }

    var isDraining: Bool { state.withLock { $0.isDraining } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Waits for work, or to be told that there is no use in waiting.
    func rest(since seen: Int) async {
        await bell.wait(since: seen, upTo: engine.settings.idlePoll, clock: engine.clock)
    }

    var rings: Int { bell.count }

    private func stop() {
        state.withLock { state in
            state.isDraining = true
            state.isStopping = true
        }
        engine.running.cancelAll()
        bell.ring()
    }
}
