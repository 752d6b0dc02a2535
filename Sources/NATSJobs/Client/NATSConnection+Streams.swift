#if NATS

import CNats
import Foundation
import Jobs
import Logging

extension NATSConnection {
    /// Refuses an engine that cannot do what is needed of it.
    ///
    /// - Throws: `.unsuitable`, `.notPermitted`, `.unavailable`.
    func checkServer(minimumPayload: Int) async throws {
        guard maximumPayload >= minimumPayload else {
            throw JobsError(
                .unsuitable, "engine's max_payload", found: "\(maximumPayload) bytes",
                expected: "at least \(minimumPayload)",
                remedy: "set max_payload: 4MB in the servers' configuration")
        }
        do {
            // A cluster that has just been started takes its time to choose a leader.
            try await call("JetStream") { context in
                var info: UnsafeMutablePointer<jsAccountInfo>?
                var code = jsErrCode(0)
                let status = js_GetAccountInfo(&info, context, nil, &code)
                jsAccountInfo_Destroy(info)
                // Nobody listens there, which is no passing trouble: a server with JetStream does from its start on.
                guard status != NATS_NO_RESPONDERS else { throw Self.disabled(NATSFailure(status)) }
                try NATSFailure.check(status, code)
            }
        } catch let failure as NATSFailure {
            throw failure.isDisabled ? Self.disabled(failure) : failure.error("JetStream")
        }
    }

    private static func disabled(_ failure: NATSFailure) -> JobsError {
        JobsError(
            .unsuitable, "engine's JetStream", found: "it is off (\(failure.reason))",
            remedy: "start the servers with -js and a store_dir, and allow it for the account")
    }

    /// Makes a stream unless it is there, and checks that it does what we rely on.
    ///
    /// Limits and replicas of a stream that is there are its operator's business, who is told when there are fewer than we were to
    /// ask for.
    ///
    /// - Returns: on how many servers it is.
    @discardableResult
    func ensure(_ stream: NATSStream, logger: Logger) async throws -> Int {
        do {
            let replicas: Int? = try await call(stream.name) { context in
                var info: UnsafeMutablePointer<jsStreamInfo>?
                var code = jsErrCode(0)
                var status = js_GetStreamInfo(&info, context, stream.name, nil, &code)
                if status != NATS_OK, code == JSStreamNotFoundErr || status == NATS_NOT_FOUND {
                    code = jsErrCode(0)
                    status = Self.add(stream, to: context, &info, &code)
                    // Another node makes it at the same time.
                    if code == JSStreamNameExistErr {
                        code = jsErrCode(0)
                        status = js_GetStreamInfo(&info, context, stream.name, nil, &code)
                    }
                }
                defer { jsStreamInfo_Destroy(info) }
                try NATSFailure.check(status, code)
                guard let config = info?.pointee.Config?.pointee else { return nil }
                let isSuitable =
                    config.AllowDirect && (stream.echo == nil || config.RePublish != nil)
                    && config.MaxMsgsPerSubject == (stream.isAppended ? -1 : 1)
                    && config.DiscardNewPerSubject == stream.keepsFirst
                return isSuitable ? Int(config.Replicas) : nil
            }
            if let replicas {
                if replicas < stream.replicas {
                    logger.warning(
                        "a stream has fewer replicas than engine-replicas says; raise it with nats stream edit --replicas",
                        metadata: [
                            "stream": "\(stream.name)", "replicas": "\(replicas)", "wanted": "\(stream.replicas)",
                        ])
                }
                return replicas
            }
        } catch let failure as NATSFailure {
            if [JSStreamReplicasNotSupportedErr.rawValue, JSClusterNoPeersErr.rawValue].contains(failure.code) {
                throw JobsError(
                    .unsuitable, "stream \(stream.name)", found: "too few servers for \(stream.replicas) replicas",
                    remedy: "start as many servers as one cluster, or ask for fewer replicas")
            }
            throw failure.error("stream \(stream.name)")
        }
        throw JobsError(
            .unsuitable, "stream \(stream.name)",
            found: "it lacks direct access, republishing or a limit of messages per subject",
            expected: "nats-server 2.9 or later, and a stream that was made by it for this program",
            remedy: "upgrade the servers, or choose another name for the streams")
    }

    func state(of stream: String, patience: Duration? = nil) async throws -> NATSStreamState {
        try await information(of: stream, patience: patience) { info in
            guard let config = info.Config else { throw NATSFailure(NATS_ERR) }
            let limit = config.pointee.MaxBytes
            return NATSStreamState(
                messages: info.State.Msgs, bytes: info.State.Bytes, lastSequence: info.State.LastSeq,
                maximumBytes: limit > 0 ? Int(limit) : nil)
        }
    }

    /// Whether a stream takes messages: it has a leader, whom most of its servers follow.
    ///
    /// Whoever was leader last goes on answering when the others are gone, for ten seconds as their leader (nats-server 2.9.10) and
    /// from then on as one of servers without one.
    ///
    /// - Throws: `.unavailable`.
    func checkMajority(of stream: String) async throws {
        let isLed = try await information(of: stream, patience: .zero) { info in
            // A server by itself says nothing about clusters.
            guard let cluster = info.Cluster?.pointee else { return true }
            guard let leader = cluster.Leader, leader.pointee != 0 else { return false }
            let others = (0..<Int(cluster.ReplicasLen)).compactMap { cluster.Replicas[$0]?.pointee }
            let followers = others.count { !$0.Offline && $0.Active < Self.silence }
            return 1 + followers > (1 + others.count) / 2
        }
        guard isLed else {
            throw JobsError(
                .unavailable, "engine", found: "most of the servers that keep \(stream) are gone",
                remedy: "check that most of its servers run and reach each other", retryAfter: 5)
        }
    }

    private func information<Value: Sendable>(
        of stream: String, patience: Duration?, _ body: @escaping @Sendable (jsStreamInfo) throws -> Value
    ) async throws -> Value {
        try await worded(stream, patience: patience) { context in
            var info: UnsafeMutablePointer<jsStreamInfo>?
            var code = jsErrCode(0)
            let status = js_GetStreamInfo(&info, context, stream, nil, &code)
            defer { jsStreamInfo_Destroy(info) }
            try NATSFailure.check(status, code)
            guard let info else { throw NATSFailure(NATS_ERR) }
            return try body(info.pointee)
        }
    }

    /// Nanoseconds without a word from a server, which says one a second, until it counts as gone.
    private static let silence: Int64 = 5_000_000_000

    /// The subjects of a stream below a filter.
    func subjects(of stream: String, matching filter: String) async throws -> [String] {
        try await worded(filter) { context in
            var choices = jsOptions()
            jsOptions_Init(&choices)
            choices.Wait = Self.answerTime
            var info: UnsafeMutablePointer<jsStreamInfo>?
            var code = jsErrCode(0)
            let status = filter.withCString { filter in
                choices.Stream.Info.SubjectsFilter = filter
                return js_GetStreamInfo(&info, context, stream, &choices, &code)
            }
            defer { jsStreamInfo_Destroy(info) }
            try NATSFailure.check(status, code)
            guard let list = info?.pointee.State.Subjects?.pointee else { return [] }
            return (0..<Int(list.Count)).compactMap { index in
                list.List[index].Subject.map { String(cString: $0) }
            }
        }
    }

    /// Removes all messages of the subjects that match.
    func purge(_ stream: String, matching filter: String, patience: Duration? = nil) async throws {
        try await worded(filter, patience: patience) { context in
            var choices = jsOptions()
            jsOptions_Init(&choices)
            choices.Wait = Self.answerTime
            var code = jsErrCode(0)
            let status = filter.withCString { filter in
                choices.Stream.Purge.Subject = filter
                return js_PurgeStream(context, stream, &choices, &code)
            }
            try NATSFailure.check(status, code)
        }
    }

    /// Removes one message; it is no error if it is gone.
    func remove(_ sequence: UInt64, from stream: String) async throws {
        try await worded(stream) { context in
            var code = jsErrCode(0)
            let status = js_DeleteMsg(context, stream, sequence, nil, &code)
            // 10057 and 10043 say that there is none of that number.
            guard ![JSStreamMsgDeleteFailed, JSSequenceNotFoundErr].contains(code) else { return }
            try NATSFailure.check(status, code)
        }
    }

    /// The bytes that the account may store yet; nil when unlimited.
    func bytesLeft(patience: Duration? = nil) async throws -> Int? {
        try await worded("account", patience: patience) { context in
            var info: UnsafeMutablePointer<jsAccountInfo>?
            var code = jsErrCode(0)
            let status = js_GetAccountInfo(&info, context, nil, &code)
            defer { jsAccountInfo_Destroy(info) }
            try NATSFailure.check(status, code)
            guard let info, info.pointee.Limits.MaxStore > 0 else { return nil }
            return max(0, Int(info.pointee.Limits.MaxStore) - Int(clamping: info.pointee.Store))
        }
    }

    /// As `call`, with errors in words.
    func worded<Value: Sendable>(
        _ subject: String, patience: Duration? = nil,
        _ body: @escaping @Sendable (_ context: OpaquePointer) throws -> Value
    ) async throws -> Value {
        do {
            return try await call(subject, patience: patience, body)
        } catch let failure as NATSFailure {
            throw failure.error(subject)
        }
    }

    private static func add(
        _ stream: NATSStream, to context: OpaquePointer, _ info: inout UnsafeMutablePointer<jsStreamInfo>?,
        _ code: inout jsErrCode
    ) -> natsStatus {
        var config = jsStreamConfig()
        jsStreamConfig_Init(&config)
        config.Replicas = Int64(stream.replicas)
        config.MaxBytes = Int64(stream.maximumBytes ?? -1)
        config.MaxAge = Int64(stream.maximumAge ?? 0) * 1_000_000_000
        config.MaxMsgsPerSubject = stream.isAppended ? -1 : 1
        config.Discard = stream.keepsFirst || stream.isAppended ? js_DiscardNew : js_DiscardOld
        config.DiscardNewPerSubject = stream.keepsFirst
        config.AllowDirect = true
        // A file's description replaces the one before.
        config.AllowRollup = stream.isAppended
        var republish = jsRePublish()
        let subject = stream.prefix + ">"
        // The strings and structures need to live as long as the call.
        return stream.name.withCString { name in
            subject.withCString { subject in
                ((stream.echo ?? "") + ">").withCString { echo in
                    var subjects: [UnsafePointer<CChar>?] = [subject]
                    return subjects.withUnsafeMutableBufferPointer { subjects in
                        withUnsafeMutablePointer(to: &republish) { republish in
                            config.Name = name
                            config.Subjects = subjects.baseAddress
                            config.SubjectsLen = 1
                            republish.pointee.Source = subject
                            republish.pointee.Destination = echo
                            if stream.echo != nil { config.RePublish = republish }
                            return js_AddStream(&info, context, &config, nil, &code)
                        }
                    }
                }
            }
        }
    }
}

#endif
