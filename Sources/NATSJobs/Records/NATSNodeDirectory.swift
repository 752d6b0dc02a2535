#if NATS

import Foundation
import Jobs
import Logging
import Synchronization

/// Nodes tell of themselves by plain messages, which nobody stores: what was not heard for a while is gone, by the clock
/// of whoever listens.
final class NATSNodeDirectory: NodeDirectory {
    /// Several announcements.
    private static let patience: TimeInterval = 10

    private let connection: NATSConnection
    private let prefix: String
    private let heard: Heard
    private let subscription: NATSSubscription

    private final class Heard: Sendable {
        let nodes = Mutex<[String: (node: Node, at: Date)]>([:])
    }

    private let clock: JobClock

    init(_ connection: NATSConnection, prefix: String, clock: JobClock) async throws {
        self.connection = connection
        self.prefix = prefix
        self.clock = clock
        let heard = Heard()
        self.heard = heard
        subscription = try await connection.subscribe(prefix + "*") { message in
            let id = String(message.subject.dropFirst(prefix.count))
            let node = try? JSONDecoder().decode(Node.self, from: message.data)
            heard.nodes.withLock { $0[id] = node.map { ($0, clock.now()) } }
        }
    }

    func announce(_ node: Node) async throws {
        try await connection.tell(try JSONEncoder().encode(node), to: subject(node.id))
    }

    func withdraw(_ id: String) async throws {
        try await connection.tell(Data(), to: subject(id))
        try await connection.flush()
    }

    func nodes() -> [Node] {
        let since = clock.now() - Self.patience
        return heard.nodes.withLock { nodes in
            nodes = nodes.filter { $0.value.at >= since }
            return nodes.values.map(\.node).sorted { $0.id < $1.id }
        }
    }

    /// A name may have dots, which would part the subject.
    private func subject(_ id: String) -> String { prefix + Data(id.utf8).hexadecimal }
}

#endif
