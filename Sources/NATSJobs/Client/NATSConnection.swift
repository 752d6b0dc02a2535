#if NATS

import CNats
import Foundation
import Jobs

/// A connection to a cluster, which is kept up without end.
///
/// The library's calls block, so they run on threads of their own.
///
/// Unchecked, because of the two pointers: they are set once and destroyed in `deinit` alone, which comes after every
/// call, as each holds this object; and the library locks whatever they point to by itself.
final class NATSConnection: @unchecked Sendable {
    /// Milliseconds for one answer of a server; short, because what is asked while there is no leader is never answered, and
    /// repeating does no harm.
    static let answerTime: Int64 = 2000

    let events = NATSEvents()
    private let patience: Duration
    private let calls = BlockingCalls(label: "nats", threads: 8)
    private let connection: OpaquePointer
    private let context: OpaquePointer

    /// Connects, which blocks.
    ///
    /// - Throws: `.unavailable` when no server can be reached, `.notPermitted` when none lets us in, `.invalid` for
    ///   settings that cannot be used.
    init(_ settings: NATSSettings) throws {
        patience = .seconds(settings.patience)
        let subject = settings.addresses
        guard let options = try NATSOptions(settings, events) else { throw NATSFailure(NATS_NO_MEMORY).error(subject) }
        var connection: OpaquePointer?
        let status = natsConnection_Connect(&connection, options.pointer)
        guard status == NATS_OK, let connection else {
            natsConnection_Destroy(connection)
            throw Self.refusal(status, subject, isSecure: settings.tls != nil)
        }
        var context: OpaquePointer?
        var choices = jsOptions()
        jsOptions_Init(&choices)
        choices.Wait = Self.answerTime
        let made = natsConnection_JetStream(&context, connection, &choices)
        guard made == NATS_OK, let context else {
            natsConnection_Destroy(connection)
            throw NATSFailure(made).error(subject)
        }
        self.connection = connection
        self.context = context
    }

    deinit {
        jsCtx_Destroy(context)
        natsConnection_Destroy(connection)
    }

    /// The largest message that the server takes, in bytes.
    var maximumPayload: Int { Int(natsConnection_GetMaxPayload(connection)) }

    /// Ends the connection; later calls fail.
    func close() async {
        try? await calls.run { [self] in natsConnection_Close(connection) }
        events.reconnected.finish()
    }

    /// Sends what is buffered, and waits until the server has seen it.
    func flush() async throws {
        try await call("connection") { [self] _ in
            try NATSFailure.check(natsConnection_FlushTimeout(connection, Self.answerTime))
        }
    }

    /// Sends a message to whoever listens just now.
    func tell(_ data: Data, to subject: String) async throws {
        do {
            try await call(subject, patience: .zero) { [self] _ in
                let status = data.withUnsafeBytes { bytes in
                    natsConnection_Publish(connection, subject, bytes.baseAddress, Int32(bytes.count))
                }
                try NATSFailure.check(status)
            }
        } catch let failure as NATSFailure {
            throw failure.error(subject)
        }
    }

    /// Messages of a subject as they come, until the stream of them is dropped or the connection closed.
    func subscribe(
        _ subject: String, _ body: @escaping @Sendable (NATSMessage) -> Void
    ) async throws -> NATSSubscription {
        try await call(subject) { [self] _ in try NATSSubscription(connection, subject, body) }
    }

    /// Runs a blocking call on a thread, and again while the trouble is a passing one.
    ///
    /// Publishing is repeated with the same message id, so that nothing is stored twice.
    func call<Value: Sendable>(
        _ subject: String, patience: Duration? = nil,
        _ body: @escaping @Sendable (_ context: OpaquePointer) throws -> Value
    ) async throws -> Value {
        let end = ContinuousClock.now + (patience ?? self.patience)
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try await calls.run { [self] in
                    _ = events.takeViolation()
                    return try withExtendedLifetime(self) { try body(context) }
                }
            } catch var failure as NATSFailure {
                if failure.status == NATS_TIMEOUT || failure.status == NATS_NOT_PERMITTED {
                    failure.violation = events.takeViolation()
                }
                guard failure.isPassing, ContinuousClock.now < end else { throw failure }
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(1))
            }
        }
    }

    private static func refusal(_ status: natsStatus, _ subject: String, isSecure: Bool) -> JobsError {
        let reason = String(cString: natsStatus_GetText(status))
        var stack = [CChar](repeating: 0, count: 1024)
        nats_GetLastErrorStack(&stack, stack.count)
        switch status {
        case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED:
            return JobsError(
                .notPermitted, subject, found: "the server does not let us in (\(reason))",
                remedy: "check the credentials file, or the name and password in the address")
        case NATS_SSL_ERROR, NATS_SECURE_CONNECTION_REQUIRED, NATS_SECURE_CONNECTION_WANTED:
            return JobsError(
                .notPermitted, subject, found: "no TLS with the server (\(reason))",
                remedy: "check the authorities, the client's certificate and the server's name in the address")
        default:
            return JobsError(
                .unavailable, subject, found: "no server can be reached (\(reason))",
                // A server that does not take our certificate hangs up without a word.
                remedy: "check the addresses and that the servers run"
                    + (isSecure ? " and take this client's certificate" : ""), retryAfter: 5)
        }
    }
}

#endif
