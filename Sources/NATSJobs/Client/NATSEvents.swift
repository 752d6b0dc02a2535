#if NATS

import CNats
import Jobs
import Synchronization

/// What the library tells of a connection on its own threads.
final class NATSEvents: Sendable {
    /// The connection is back after a break.
    let reconnected = Broadcast<Void>()
    private let violation = Mutex<String?>(nil)

    /// The last permission that was found missing, once.
    func takeViolation() -> String? {
        violation.withLock { violation in
            defer { violation = nil }
            return violation
        }
    }

    /// Sets the callbacks; this object lives at least until the connection is closed for good.
    func listen(_ options: OpaquePointer) {
        // One reference belongs to the library, which gives it back with its last callback. Of a connection that never
        // came to be there is none, and this small object stays.
        let closure = Unmanaged.passRetained(self).toOpaque()
        natsOptions_SetErrorHandler(
            options,
            { connection, _, status, closure in
                guard status == NATS_NOT_PERMITTED, let closure else { return }
                var text: UnsafePointer<CChar>?
                natsConnection_GetLastError(connection, &text)
                let events = Unmanaged<NATSEvents>.fromOpaque(closure).takeUnretainedValue()
                let found = text.map { String(cString: $0) } ?? "a permission is missing"
                events.violation.withLock { $0 = found.isEmpty ? "a permission is missing" : found }
            }, closure)
        natsOptions_SetReconnectedCB(
            options,
            { _, closure in
                guard let closure else { return }
                Unmanaged<NATSEvents>.fromOpaque(closure).takeUnretainedValue().reconnected.send(())
            }, closure)
        natsOptions_SetClosedCB(
            options,
            { _, closure in
                guard let closure else { return }
                Unmanaged<NATSEvents>.fromOpaque(closure).release()
            }, closure)
    }
}

#endif
