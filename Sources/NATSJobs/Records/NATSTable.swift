#if NATS

import Foundation
import Jobs
import Logging
import Synchronization

/// Keys and values in a stream, with compare-and-set, and with news for an observer that keeps what it needs in memory.
///
/// The stream keeps the last message of each subject; an empty one marks a removal, so that nobody takes the key for
/// one that never was. The stream publishes again whatever it stores, and each message has the next number: so a missed
/// one is noticed, at the latest by a look at the stream every two seconds, and then everything is read anew.
final class NATSTable: Sendable {
    typealias Observer = @Sendable (TableNews) -> Void

    private enum Signal: Sendable {
        case message(NATSMessage)
        case reconnected
        case look
    }

    private static let lookEvery = Duration.seconds(2)

    let stream: NATSStream
    private let connection: NATSConnection
    private let claims: NATSClaims
    /// Whether several servers keep the stream.
    private let isReplicated = Atomic(false)
    private let observer: Observer
    private let logger: Logger

    init(
        _ stream: NATSStream, _ connection: NATSConnection, claims: NATSClaims, logger: Logger,
        observer: @escaping Observer
    ) {
        self.stream = stream
        self.connection = connection
        self.claims = claims
        self.logger = logger
        self.observer = observer
    }

    /// The entry of a key, marks of removals too; nil when there is none. Never older than what was written before.
    func read(_ key: String) async throws -> TableEntry? {
        let message = try await connection.last(stream.prefix + key, of: stream.name)
        guard let entry = message.flatMap(entry) else { return nil }
        observer(.entry(entry))
        return entry
    }

    /// Writes an entry.
    ///
    /// - Returns: its sequence; nil when what was expected is not so.
    func write(_ key: String, _ value: Data, expecting expectation: NATSExpectation) async throws -> UInt64? {
        try await store(key, value, expectation)
    }

    /// Leaves the mark of a removal; nil when what was expected is not so.
    @discardableResult
    func remove(_ key: String, expecting expectation: NATSExpectation = .anything) async throws -> UInt64? {
        try await store(key, nil, expectation)
    }

    /// Removes entries without leaving a mark.
    func purge(_ pattern: String) async throws {
        try await connection.purge(stream.name, matching: stream.prefix + pattern)
    }

    /// Removes the mark of a removal.
    func forget(_ sequence: UInt64) async throws {
        try await connection.remove(sequence, from: stream.name)
    }

    /// Makes the stream, tells the observer everything, and from then on what changes; until the task is cancelled.
    func open() async throws -> Task<Void, Never> {
        isReplicated.store(try await connection.ensure(stream, logger: logger) > 1, ordering: .relaxed)
        try await connection.ensure(claims.stream, logger: logger)
        let (signals, send) = AsyncStream.makeStream(of: Signal.self)
        let subscription = try await subscribe { send.yield(.message($0)) }
        // From here on nothing is missed, so what is there now can be read.
        try await connection.flush()
        let start = try await readEverything()
        let reconnections = connection.events.reconnected.stream(.bufferingNewest(1))
        return Task { [self] in
            let listener = Task { for await _ in reconnections { send.yield(.reconnected) } }
            let timer = Task {
                while (try? await Task.sleep(for: Self.lookEvery)) != nil { send.yield(.look) }
            }
            await withTaskCancellationHandler {
                await follow(signals, from: start)
            } onCancel: {
                send.finish()
            }
            listener.cancel()
            timer.cancel()
            withExtendedLifetime(subscription) {}
        }
    }

    private func subscribe(_ body: @escaping @Sendable (NATSMessage) -> Void) async throws -> NATSSubscription {
        guard let echo = stream.echo else { preconditionFailure("the stream of a table has an echo") }
        do {
            return try await connection.subscribe(echo + ">", body)
        } catch let failure as NATSFailure {
            throw failure.error(stream.name)
        }
    }

    private func follow(_ signals: AsyncStream<Signal>, from start: UInt64) async {
        var last = start
        // What a look has found: the news of it may only be on the way, so the next look decides.
        var announced: UInt64 = 0
        for await signal in signals {
            var isComplete = true
            switch signal {
            case .message(let message):
                guard let entry = entry(message) else { continue }
                isComplete = entry.sequence <= last + 1
                last = max(last, entry.sequence)
                observer(.entry(entry))
            case .reconnected:
                isComplete = false
            case .look:
                guard let state = try? await connection.state(of: stream.name, patience: .zero) else { continue }
                isComplete = announced <= last
                announced = state.lastSequence
            }
            guard !isComplete else { continue }
            do {
                last = max(last, try await readEverything())
            } catch {
                // The next look finds it.
                announced = .max
                logger.warning("records not read", metadata: ["stream": "\(stream.name)", "error": "\(error)"])
            }
        }
    }

    private func readEverything() async throws -> UInt64 {
        let (messages, upTo) = try await connection.everything(of: stream.name)
        observer(.everything(messages.compactMap(entry), upTo: upTo))
        return upTo
    }

    private func store(_ key: String, _ value: Data?, _ expectation: NATSExpectation) async throws -> UInt64? {
        let subject = stream.prefix + key
        if case .sequence(let sequence) = expectation, isReplicated.load(ordering: .relaxed) {
            let isOurs = try await claims.take("\(stream.name).\(key)", sequence) {
                try await read(key)?.sequence == sequence
            }
            guard isOurs else { return nil }
        }
        guard let sequence = try await connection.publish(value ?? Data(), to: subject, expecting: expectation) else {
            return nil
        }
        observer(.entry(TableEntry(key: key, sequence: sequence, value: value)))
        return sequence
    }

    private func entry(_ message: NATSMessage) -> TableEntry? {
        guard message.subject.hasPrefix(stream.prefix), message.sequence > 0 else { return nil }
        let key = String(message.subject.dropFirst(stream.prefix.count))
        return TableEntry(key: key, sequence: message.sequence, value: message.data.isEmpty ? nil : message.data)
    }
}

#endif
