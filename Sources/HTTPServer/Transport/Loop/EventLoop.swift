import Dispatch
import HTTPCore
import Synchronization

/// The one serial queue on which all input and output happens.
///
/// Descriptors are watched by one epoll descriptor and that one by the only DispatchSource here. A source for each
/// descriptor costs two epoll_ctl(2) and a thread switch for each request, and on Linux such sources are easily torn
/// down wrongly; this one lives as long as the loop. A turn of the loop collects events and letters until there are
/// none, so under load hardly any thread sleeps or wakes.
///
/// Safe to send since everything but `outbox` is touched on `queue` only, which `preconditionOnQueue` checks where the
/// outside comes in.
final class EventLoop: @unchecked Sendable {
    /// Serial.
    let queue = DispatchQueue(label: "http.io", qos: .userInitiated)
    /// Where any member reads to, before it makes sense of the bytes; belongs to nobody between two calls.
    let inputScratch = UnsafeMutableRawBufferPointer.allocate(byteCount: readSize, alignment: 64)
    /// Where any member puts together what goes out in one TLS record, likewise.
    let outputScratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 64)
    /// When the current turn began.
    private(set) var now = MonotonicTime.now

    private var poller: Poller
    private let source: any DispatchSourceRead
    private let ticker: any DispatchSourceTimer
    private var wheel = DeadlineWheel<Poller.Watch>(reach: 512, tick: MonotonicTime.now.tick)
    private var again: [any LoopMember] = []
    private var unflushed: [Connection] = []
    private let outbox = Mutex(Outbox())

    /// Bytes that are read at once at most: few system calls for a fast upload, and what one of them copies stays in the
    /// second-level cache.
    static let readSize = 128 << 10

    /// Rounds in one turn before others on the queue get theirs.
    private static let rounds = 64

    private struct Outbox {
        var letters: [Letter] = []
        /// Whether a turn is on or scheduled, so that nobody needs to wake the queue.
        var isAwake = false
    }

    init() throws(SystemError) {
        poller = try Poller()
        source = DispatchSource.makeReadSource(fileDescriptor: poller.descriptor, queue: queue)
        ticker = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { [unowned self] in turn() }
        ticker.setEventHandler { [unowned self] in tick() }
        ticker.schedule(
            deadline: .now() + MonotonicTime.tickLength, repeating: MonotonicTime.tickLength, leeway: .milliseconds(50))
        source.resume()
        ticker.resume()
    }

    /// Ends the loop, after all members have left. The descriptor is closed by the last reference, which the source's
    /// cancel handler holds: no handler runs after it.
    func stop() {
        queue.async { [self] in
            ticker.setCancelHandler { withExtendedLifetime(self) {} }
            source.setCancelHandler { withExtendedLifetime(self) {} }
            ticker.cancel()
            source.cancel()
        }
    }

    deinit {
        inputScratch.deallocate()
        outputScratch.deallocate()
    }

    // MARK: From anywhere

    /// Delivers `letter` on the queue, after those sent before.
    func send(_ letter: Letter) {
        let wakes = outbox.withLock { outbox in
            outbox.letters.append(letter)
            defer { outbox.isAwake = true }
            return !outbox.isAwake
        }
        if wakes { queue.async { [self] in turn() } }
    }

    /// Runs `work` on the queue and waits for its result.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            send(.work { continuation.resume(with: Swift.Result { try work() }) })
        }
    }

    // MARK: On the queue

    func watch(_ descriptor: Int32, for interest: Readiness, owner: any LoopMember) throws(SystemError) -> Poller.Watch
    {
        dispatchPrecondition(condition: .onQueue(queue))
        return try poller.watch(descriptor, for: interest, owner: owner)
    }

    /// To be called before `descriptor` is closed.
    func forget(_ watch: Poller.Watch, descriptor: Int32) {
        poller.forget(watch, descriptor: descriptor)
    }

    /// Has the owner of `watch` called at `moment` or up to two ticks later; earlier if it lies more than two minutes ahead.
    ///
    /// - Returns: the tick at which it will be called.
    func call(_ watch: Poller.Watch, at moment: MonotonicTime) -> Int {
        wheel.add(watch, due: moment.tick + 1)
    }

    /// Calls `member` again in the next round, after the others had theirs.
    func callAgain(_ member: any LoopMember) {
        again.append(member)
    }

    /// Has `connection` write what it queued, and wake whoever waits for what it read, when the present round ends: what one
    /// round brings goes out at once, and wakes a task once.
    func flushLater(_ connection: Connection) {
        unflushed.append(connection)
    }

    private func turn() {
        outbox.withLock { $0.isAwake = true }
        for _ in 0..<Self.rounds {
            let busy = round()
            if !busy, sleepsNow() { return }
        }
        queue.async { [self] in turn() }
    }

    /// - Returns: false if there was nothing to do.
    private func round() -> Bool {
        let count = poller.collect(patience: 0)
        now = .now
        for index in 0..<count {
            if let (owner, readiness) = poller.event(index) { owner.ready(readiness) }
        }
        let repeats = again
        again = []
        for member in repeats { member.ready([]) }
        let letters = outbox.withLock { outbox in
            let letters = outbox.letters
            outbox.letters = []
            return letters
        }
        for letter in letters { letter.deliver() }
        // Writing may queue more writing.
        while !unflushed.isEmpty {
            let connections = unflushed
            unflushed = []
            for connection in connections { connection.flush() }
        }
        return count > 0 || !repeats.isEmpty || !letters.isEmpty
    }

    private func sleepsNow() -> Bool {
        outbox.withLock { outbox in
            outbox.isAwake = !outbox.letters.isEmpty || !again.isEmpty
            return !outbox.isAwake
        }
    }

    private func tick() {
        now = .now
        for watch in wheel.advance(to: now.tick) { poller.owner(of: watch)?.deadline() }
        turn()
    }
}
