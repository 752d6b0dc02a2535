#if NATS

import CNats
import Foundation
import Jobs

/// What has to be true of a subject for a message to be stored.
enum NATSExpectation: Sendable {
    case anything
    /// No message is there.
    case absent
    /// The last message has this sequence.
    case sequence(UInt64)
}

extension NATSConnection {
    /// Stores a message.
    ///
    /// - Returns: its sequence; nil when what was expected is not so.
    /// - Throws: `.noSpace`, `.unavailable`, `.notPermitted`.
    func publish(
        _ data: Data, to subject: String, expecting expectation: NATSExpectation = .anything,
        headers: [String: String] = [:]
    ) async throws -> UInt64? {
        // The same for each attempt, so that the answer to a repetition is that to the first.
        let id = NATSUnique.next()
        do {
            return try await call(subject) { context in
                try Self.publish(data, subject, expectation, headers, id, context)
            }
        } catch let failure as NATSFailure where failure.isConflict {
            return nil
        } catch let failure as NATSFailure {
            throw failure.error(subject)
        }
    }

    /// The last message of a subject, as its stream's leader knows it; nil when there is none.
    func last(
        _ subject: String, of stream: String, headers: [String] = []
    ) async throws -> NATSMessage? {
        try await worded(subject) { context in
            var message: OpaquePointer?
            var code = jsErrCode(0)
            let status = js_GetLastMsg(&message, context, stream, subject, nil, &code)
            return try Self.taken(message, status, code, headers)
        }
    }

    /// The first message of a subject from a sequence on, as any of its stream's servers knows it; nil when that one has
    /// none, which may be because it lags behind.
    func direct(
        _ subject: String, from sequence: UInt64, of stream: String, headers: [String] = []
    ) async throws -> NATSMessage? {
        try await worded(subject) { context in
            var choices = jsDirectGetMsgOptions()
            jsDirectGetMsgOptions_Init(&choices)
            var message: OpaquePointer?
            let status = subject.withCString { subject in
                choices.NextBySubject = subject
                choices.Sequence = sequence
                return js_DirectGetMsg(&message, context, stream, nil, &choices)
            }
            return try Self.taken(message, status, jsErrCode(0), headers)
        }
    }

    /// All messages of a stream at a moment, the oldest first.
    ///
    /// - Returns: also the stream's last sequence before them.
    func everything(of stream: String) async throws -> (messages: [NATSMessage], upTo: UInt64) {
        var attempt = 1
        while true {
            let state = try await state(of: stream)
            guard state.messages > 0 else { return ([], state.lastSequence) }
            do {
                let messages = try await worded(stream, patience: .zero) { try Self.read(stream, $0) }
                return (messages, state.lastSequence)
            } catch let error as JobsError where error.code == .unavailable && attempt < 5 {
                attempt += 1
            }
        }
    }

    private static func read(_ stream: String, _ context: OpaquePointer) throws -> [NATSMessage] {
        var choices = jsSubOptions()
        jsSubOptions_Init(&choices)
        choices.Ordered = true
        var subscription: OpaquePointer?
        var code = jsErrCode(0)
        let status = stream.withCString { name in
            choices.Stream = name
            return js_SubscribeSync(&subscription, context, ">", nil, &choices, &code)
        }
        try NATSFailure.check(status, code)
        defer {
            natsSubscription_Unsubscribe(subscription)
            natsSubscription_Destroy(subscription)
        }
        var messages: [NATSMessage] = []
        while true {
            var message: OpaquePointer?
            try NATSFailure.check(natsSubscription_NextMsg(&message, subscription, answerTime))
            defer { natsMsg_Destroy(message) }
            guard let message else { throw NATSFailure(NATS_ERR) }
            var details: UnsafeMutablePointer<jsMsgMetaData>?
            try NATSFailure.check(natsMsg_GetMetaData(&details, message))
            defer { jsMsgMetaData_Destroy(details) }
            guard let details else { throw NATSFailure(NATS_ERR) }
            messages.append(NATSMessage(copying: message, sequence: details.pointee.Sequence.Stream))
            if details.pointee.NumPending == 0 { return messages }
        }
    }

    private static func taken(
        _ message: OpaquePointer?, _ status: natsStatus, _ code: jsErrCode, _ headers: [String]
    ) throws(NATSFailure) -> NATSMessage? {
        guard status == NATS_OK, let message else {
            let failure = NATSFailure(status, code)
            guard failure.isNotFound else { throw failure }
            return nil
        }
        defer { natsMsg_Destroy(message) }
        return NATSMessage(copying: message, headers: headers)
    }

    private static func publish(
        _ data: Data, _ subject: String, _ expectation: NATSExpectation, _ headers: [String: String], _ id: String,
        _ context: OpaquePointer
    ) throws -> UInt64 {
        var message: OpaquePointer?
        let made = data.withUnsafeBytes { bytes in
            natsMsg_Create(
                &message, subject, nil, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        try NATSFailure.check(made)
        defer { natsMsg_Destroy(message) }
        for (name, value) in headers { try NATSFailure.check(natsMsgHeader_Set(message, name, value)) }
        var choices = jsPubOptions()
        jsPubOptions_Init(&choices)
        choices.MaxWait = answerTime
        switch expectation {
        case .anything: break
        case .absent: choices.ExpectNoMessage = true
        case .sequence(let sequence): choices.ExpectLastSubjectSeq = sequence
        }
        var acknowledgement: UnsafeMutablePointer<jsPubAck>?
        var code = jsErrCode(0)
        let status = id.withCString { id in
            choices.MsgId = id
            return js_PublishMsg(&acknowledgement, context, message, &choices, &code)
        }
        defer { jsPubAck_Destroy(acknowledgement) }
        try NATSFailure.check(status, code)
        return acknowledgement?.pointee.Sequence ?? 0
    }
}

#endif
