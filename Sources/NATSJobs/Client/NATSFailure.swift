#if NATS

import CNats
import Jobs

/// A call of the library that has failed.
struct NATSFailure: Error {
    let status: natsStatus
    /// The server's own code, of JetStream's API; 0 where it said nothing.
    let code: UInt32
    /// The permission that was found missing meanwhile.
    var violation: String?

    init(_ status: natsStatus, _ code: jsErrCode = jsErrCode(0)) {
        self.status = status
        self.code = code.rawValue
    }

    static func check(_ status: natsStatus, _ code: jsErrCode = jsErrCode(0)) throws(NATSFailure) {
        guard status == NATS_OK else { throw NATSFailure(status, code) }
    }

    /// Another message was stored under the subject first. Not 10077, which a full stream is refused with, too.
    var isConflict: Bool { code == JSStreamWrongLastSequenceErr.rawValue }

    var isNotFound: Bool {
        code == JSNoMessageFoundErr.rawValue || code == JSStreamNotFoundErr.rawValue
            || code == JSConsumerNotFoundErr.rawValue || code == 0 && status == NATS_NOT_FOUND
    }

    /// JetStream is off, on the server or for the account.
    var isDisabled: Bool {
        code == JSNotEnabledErr.rawValue || code == JSNotEnabledForAccountErr.rawValue
    }

    /// Limits of a stream, an account or a disk have been reached.
    var isFull: Bool {
        let full = [
            JSAccountResourcesExceededErr, JSInsufficientResourcesErr, JSMemoryResourcesExceededErr,
            JSStorageResourcesExceededErr, JSStreamStoreFailedErr,
        ]
        return full.contains { $0.rawValue == code }
    }

    /// The cluster is choosing a leader, or this client another server.
    var isPassing: Bool {
        let codes = [JSClusterNotAvailErr, JSClusterNotLeaderErr, JSClusterIncompleteErr, JSRaftGeneralErr]
        let statuses = [
            NATS_TIMEOUT, NATS_NO_RESPONDERS, NATS_CONNECTION_DISCONNECTED, NATS_NOT_YET_CONNECTED,
            NATS_STALE_CONNECTION, NATS_IO_ERROR, NATS_NO_SERVER, NATS_MISSED_HEARTBEAT,
        ]
        guard violation == nil else { return false }
        // The library takes it that JetStream is off, but a leader that has just gone leaves nobody to respond, too.
        guard status != NATS_NO_RESPONDERS else { return true }
        // Another change of the subject is on its way, of newer servers; the library has no name for it.
        guard code != 10164 else { return true }
        return code == 0 ? statuses.contains(status) : codes.contains { $0.rawValue == code }
    }

    /// The error in words.
    func error(_ subject: String) -> JobsError {
        if let violation {
            return JobsError(
                .notPermitted, subject, found: violation,
                remedy: "allow this user the subjects of the streams, $JS.API.>, $JS.ACK.> and _INBOX.>")
        }
        if isFull {
            return JobsError(
                .noSpace, subject, found: "the engine is full (\(reason))",
                remedy: "remove jobs, or raise the limits of the stream, the account or the disk")
        }
        if isPassing {
            return JobsError(
                .unavailable, subject, found: "the engine does not answer (\(reason))",
                remedy: "check that most of its servers run and reach each other", retryAfter: 5)
        }
        return JobsError(.storage, subject, found: "the engine failed: \(reason)")
    }

    var reason: String {
        let text = String(cString: natsStatus_GetText(status))
        return code == 0 ? text : "\(text), code \(code)"
    }
}

#endif
