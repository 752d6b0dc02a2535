import CLinux
import Dispatch
import Glibc
import HTTPCore
import Logging
import Synchronization

/// An HTTP/1.1 server on sockets and Dispatch.
///
/// ```swift
/// let server = HTTPServer(settings: settings, responder: router, logger: logger)
/// let addresses = try await server.start()
/// ...
/// await server.drain()
/// ```
/// Input and output happen on one serial queue; the responder is called in a task for each request, cancelled when the
/// client leaves.
public final class HTTPServer: Sendable {
    private let settings: ServerSettings
    private let responder: any Responder
    private let logger: Logger
    private let tls: TLSContext?
    private let onFinish: (@Sendable (FinishedRequest) -> Void)?
    private let counting = Counters()
    private let state = Mutex(State.new)

    private enum State {
        case new
        case running(ServerContext, [Listener])
        case over
    }

    /// - Parameters:
    ///   - tls: for HTTPS; nil for plain text.
    ///   - onFinish: told of each request when its response is written or has failed, in order, on a queue of its own.
    public init(
        settings: ServerSettings = ServerSettings(), responder: any Responder, logger: Logger,
        tls: TLSContext? = nil, onFinish: (@Sendable (FinishedRequest) -> Void)? = nil
    ) {
        self.settings = settings
        self.responder = responder
        self.logger = logger
        self.tls = tls
        self.onFinish = onFinish
    }

    deinit {
        // A server that nobody drained: its connections are cut.
        state.withLock { state in
            if case .running(let context, let listeners) = state { Self.end(context, listeners) }
        }
    }

    /// What has been done so far.
    public var counters: ServerCounters { counting.now }

    /// Listens and begins to serve. To be called once.
    ///
    /// - Returns: the addresses that it listens on, with the port that the system chose if the settings have 0.
    /// - Throws: `SystemError` if the host has no address or the port is not to be had.
    public func start() async throws -> [SocketAddress] {
        // OpenSSL and sendfile cannot be told not to raise it.
        signal(SIGPIPE, SIG_IGN)
        // Pieces of uploads would otherwise be mapped and unmapped one by one, each page of them faulted in anew.
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
        mallopt(M_TRIM_THRESHOLD, 16 << 20)
        let (host, port, backlog) = (settings.host, settings.port, Int32(clamping: settings.backlog))
        let sockets = try await Self.open(host: host, port: port, backlog: backlog)
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        let context = ServerContext(
            settings: settings, responder: responder, logger: logger, tls: tls, loop: loop, counters: counting,
            onFinish: onFinish)
        let listeners = sockets.map { socket in
            Listener(socket, loop: loop, refused: { [counting] in counting.connectionsRefused.add(1) }) {
                context.welcome($0, from: $1)
            }
        }
        state.withLock { state in
            guard case .new = state else { preconditionFailure("a server is started once") }
            state = .running(context, listeners)
        }
        try await loop.run { for listener in listeners { try listener.resume() } }
        return sockets.map(\.address)
    }

    /// Finding a host's address may take a while and blocks its thread.
    private static func open(host: String, port: Int, backlog: Int32) async throws -> [ListeningSocket] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try ListeningSocket.open(host: host, port: port, backlog: backlog) })
            }
        }
    }

    /// Accepts no more connections and no more requests, waits for those that run, then cuts what is left at the deadline.
    ///
    /// - Parameter deadline: by default the settings' `drainDeadline`.
    public func drain(deadline: Duration? = nil) async {
        let running = state.withLock { state -> (ServerContext, [Listener])? in
            guard case .running(let context, let listeners) = state else { return nil }
            state = .over
            return (context, listeners)
        }
        guard let (context, listeners) = running else { return }
        await withTaskGroup { group in
            group.addTask {
                await withCheckedContinuation { continuation in
                    context.loop.send(
                        .work {
                            for listener in listeners { listener.close() }
                            context.drain { continuation.resume() }
                        })
                }
            }
            group.addTask { [settings] in
                try? await Task.sleep(for: deadline ?? settings.drainDeadline)
                context.loop.send(.work { context.cut() })
            }
            await group.next()
            group.cancelAll()
        }
        Self.end(context, listeners)
    }

    private static func end(_ context: ServerContext, _ listeners: [Listener]) {
        context.loop.send(
            .work {
                for listener in listeners { listener.close() }
                context.cut()
                context.loop.stop()
            })
    }
}
