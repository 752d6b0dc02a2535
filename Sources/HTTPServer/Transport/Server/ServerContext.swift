import Dispatch
import Glibc
import HTTPCore
import Logging

/// What a server's connections share, and the connections.
///
/// Safe to send since what changes is touched on the loop's queue only.
final class ServerContext: @unchecked Sendable {
    let settings: ServerSettings
    let protocolSettings: HTTPSettings
    let responder: any Responder
    let logger: Logger
    let tls: TLSContext?
    let onFinish: (@Sendable (FinishedRequest) -> Void)?
    let loop: EventLoop
    let counters: Counters
    let identifiers = RequestIdentifiers()

    private var connections: [Connection] = []
    private var connectionsPerAddress: [String: Int] = [:]
    private var isDraining = false
    /// Waits for the last connection to leave.
    private var emptied: [@Sendable () -> Void] = []
    private var dateField = DateField()
    private var reports: [FinishedRequest] = []
    /// Where `onFinish` is called: it may log, and a slow log must not hold up the connections.
    private let reporting = DispatchQueue(label: "http.finished", qos: .utility)

    /// Sent to who comes when there are too many.
    private static let busy = Array(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)

    init(
        settings: ServerSettings, responder: any Responder, logger: Logger, tls: TLSContext?, loop: EventLoop,
        counters: Counters, onFinish: (@Sendable (FinishedRequest) -> Void)?
    ) {
        self.settings = settings
        self.responder = responder
        self.logger = logger
        self.tls = tls
        self.loop = loop
        self.counters = counters
        self.onFinish = onFinish
        protocolSettings = HTTPSettings(limits: settings.limits, timeouts: settings.timeouts)
    }

    func date() -> [UInt8] { dateField.bytes() }

    // MARK: Connections come and go

    /// Takes over a fresh connection, or sends it away.
    func welcome(_ descriptor: Int32, from address: SocketAddress) {
        let sameAddress = connectionsPerAddress[address.host, default: 0]
        guard connections.count < settings.maximumConnections, sameAddress < settings.maximumConnectionsPerAddress,
            !isDraining
        else { return sendAway(descriptor) }
        var session: TLSSession?
        if let tls {
            session = tls.session(descriptor: descriptor)
            guard session != nil else { return sendAway(descriptor) }
        }
        let connection = Connection(Socket(descriptor: descriptor, tls: session), from: address, context: self)
        do throws(SystemError) {
            try connection.open()
        } catch {
            logger.error("a connection was refused: \(error)")
            close(descriptor)
            return counters.connectionsRefused.add(1)
        }
        connection.place = connections.count
        connections.append(connection)
        connectionsPerAddress[address.host] = sameAddress + 1
        counters.connections.add(1)
        counters.connectionsTotal.add(1)
    }

    private func sendAway(_ descriptor: Int32) {
        counters.connectionsRefused.add(1)
        if tls == nil {
            // What does not fit into the empty buffer of a fresh socket is lost, as is the answer if the client is still
            // sending when it comes: nothing is kept for who is sent away.
            _ = Self.busy.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            shutdown(descriptor, Int32(SHUT_WR))
        }
        close(descriptor)
    }

    /// `connection` has closed its socket.
    func left(_ connection: Connection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.place] = last
            last.place = connection.place
        }
        counters.connections.add(-1)
        let host = connection.remoteAddress.host
        connectionsPerAddress[host] = connectionsPerAddress[host].flatMap { $0 > 1 ? $0 - 1 : nil }
        guard connections.isEmpty else { return }
        for tell in emptied { tell() }
        emptied = []
    }

    // MARK: The end

    /// Lets what runs finish and takes nothing new.
    ///
    /// - Parameter emptied: called when the last connection has gone.
    func drain(emptied tell: @escaping @Sendable () -> Void) {
        isDraining = true
        for connection in connections { connection.drain() }
        if connections.isEmpty { tell() } else { emptied.append(tell) }
    }

    /// Cuts every connection.
    func cut() {
        isDraining = true
        for connection in connections { connection.close(abruptly: true) }
    }

    // MARK: Reports

    func report(_ end: OutputQueue.End, isComplete: Bool) {
        guard onFinish != nil else { return }
        var request = end.request
        request.duration = loop.now.since(end.started)
        request.isComplete = isComplete
        reports.append(request)
        if reports.count == 1 { loop.send(.work { [self] in handOutReports() }) }
    }

    /// All reports of a round at once: waking another thread costs more than the reports.
    private func handOutReports() {
        let batch = reports
        reports = []
        guard let onFinish else { return }
        reporting.async { for report in batch { onFinish(report) } }
    }
}
