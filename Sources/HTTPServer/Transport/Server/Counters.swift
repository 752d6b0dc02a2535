/// `ServerCounters` while they count.
final class Counters: Sendable {
    let connections = AtomicCount()
    let connectionsTotal = AtomicCount()
    let connectionsRefused = AtomicCount()
    let handshakesFailed = AtomicCount()
    let requests = AtomicCount()
    let requestsRefused = AtomicCount()
    let bytesReceived = AtomicCount()
    let bytesSent = AtomicCount()

    var now: ServerCounters {
        ServerCounters(
            connections: connections.now, connectionsTotal: connectionsTotal.now,
            connectionsRefused: connectionsRefused.now, handshakesFailed: handshakesFailed.now,
            requests: requests.now, requestsRefused: requestsRefused.now,
            bytesReceived: bytesReceived.now, bytesSent: bytesSent.now)
    }
}
