#if NATS

import CNats
import Foundation

/// A message of a stream, on its own: nothing of the library's memory is kept.
struct NATSMessage: Sendable {
    let subject: String
    let sequence: UInt64
    let data: Data
    let headers: [String: String]

    /// Copies a message.
    ///
    /// - Parameters:
    ///   - sequence: where the library does not know it by itself, as it does of messages that were asked for one by one.
    ///   - republished: whether it came by the stream's RePublish, which tells in headers where it is from.
    init(
        copying message: OpaquePointer, sequence known: UInt64? = nil, republished: Bool = false,
        headers names: [String] = []
    ) {
        func header(_ name: String) -> String? {
            var value: UnsafePointer<CChar>?
            guard natsMsgHeader_Get(message, name, &value) == NATS_OK, let value else { return nil }
            return String(cString: value)
        }
        let origin = republished ? header("Nats-Subject") : nil
        subject = origin ?? natsMsg_GetSubject(message).map { String(cString: $0) } ?? ""
        let told = republished ? header("Nats-Sequence").flatMap { UInt64($0) } ?? 0 : natsMsg_GetSequence(message)
        sequence = known ?? told
        let count = Int(natsMsg_GetDataLength(message))
        data = count > 0 ? Data(bytes: natsMsg_GetData(message), count: count) : Data()
        headers = names.reduce(into: [:]) { $0[$1] = header($1) }
    }
}

#endif
