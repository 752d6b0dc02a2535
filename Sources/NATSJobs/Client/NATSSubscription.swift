#if NATS

import CNats

/// A subscription, which ends with this object.
///
/// Unchecked, because of the pointer: it is set once and destroyed in `deinit`; the library locks what it points to.
final class NATSSubscription: @unchecked Sendable {
    /// What a message is for, in the library's hands.
    private final class Receiver: Sendable {
        let body: @Sendable (NATSMessage) -> Void
        init(_ body: @escaping @Sendable (NATSMessage) -> Void) { self.body = body }
    }

    private let subscription: OpaquePointer

    init(
        _ connection: OpaquePointer, _ subject: String, _ body: @escaping @Sendable (NATSMessage) -> Void
    ) throws(NATSFailure) {
        let closure = Unmanaged.passRetained(Receiver(body))
        var subscription: OpaquePointer?
        let status = natsConnection_Subscribe(
            &subscription, connection, subject,
            { _, _, message, closure in
                guard let message, let closure else { return }
                defer { natsMsg_Destroy(message) }
                let receiver = Unmanaged<Receiver>.fromOpaque(closure).takeUnretainedValue()
                receiver.body(NATSMessage(copying: message, republished: true))
            }, closure.toOpaque())
        guard status == NATS_OK, let subscription else {
            closure.release()
            throw NATSFailure(status)
        }
        // Only once the last message is through: one may be on its way while we unsubscribe.
        natsSubscription_SetOnCompleteCB(
            subscription, { Unmanaged<Receiver>.fromOpaque($0!).release() }, closure.toOpaque())
        // What is missed is noticed by its sequence; what waits may take memory up to a bound.
        natsSubscription_SetPendingLimits(subscription, 100_000, 256 << 20)
        self.subscription = subscription
    }

    deinit { natsSubscription_Destroy(subscription) }
}

#endif
