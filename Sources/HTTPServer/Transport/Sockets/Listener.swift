import Dispatch
import Glibc

/// Accepts connections from one listening socket, on the event loop.
///
/// Safe to send since it is touched on the loop's queue only.
final class Listener: LoopMember, @unchecked Sendable {
    private let socket: ListeningSocket
    private let loop: EventLoop
    private let accept: () -> ListeningSocket.Accepted
    private let welcome: (Int32, SocketAddress) -> Void
    private let refused: () -> Void
    private var watch: Poller.Watch?
    private var isOpen = true
    /// Kept to be given up when descriptors run out, so that a waiting client can be sent away rather than left hanging.
    private var reserve: Int32

    /// Connections accepted in one round, so that those which are open get their turn.
    private static let batch = 64
    /// Waited when descriptors have run out, in milliseconds.
    private static let pause = 100

    /// - Parameters:
    ///   - accept: asks for a connection; by default the socket.
    ///   - welcome: owns the descriptor from then on.
    ///   - refused: told of each connection sent away for want of descriptors.
    init(
        _ socket: ListeningSocket, loop: EventLoop, accept: (() -> ListeningSocket.Accepted)? = nil,
        refused: @escaping () -> Void, welcome: @escaping (Int32, SocketAddress) -> Void
    ) {
        self.socket = socket
        self.loop = loop
        self.accept = accept ?? socket.accept
        self.welcome = welcome
        self.refused = refused
        reserve = Self.openReserve()
    }

    /// Begins to accept.
    func resume() throws(SystemError) {
        guard isOpen, watch == nil else { return }
        watch = try loop.watch(socket.descriptor, for: .readable, owner: self)
    }

    /// Accepts no more; who waits in the socket's queue is reset.
    func close() {
        guard isOpen else { return }
        isOpen = false
        forget()
        socket.close()
        if reserve >= 0 { Glibc.close(reserve) }
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.batch {
            guard isOpen else { return }
            switch accept() {
            case .connection(let descriptor, let address): welcome(descriptor, address)
            case .none: return
            case .failed: continue
            case .exhausted:
                sendOneAway()
                rest()
                return
            }
        }
    }

    func deadline() {}

    private func sendOneAway() {
        guard reserve >= 0 else { return }
        Glibc.close(reserve)
        if case .connection(let descriptor, _) = accept() {
            Glibc.close(descriptor)
            refused()
        }
        reserve = Self.openReserve()
    }

    /// The socket stays readable while nothing can be accepted: watching it on would keep a core busy.
    private func rest() {
        forget()
        loop.queue.asyncAfter(deadline: .now() + .milliseconds(Self.pause)) { [self] in
            if reserve < 0, isOpen { reserve = Self.openReserve() }
            do throws(SystemError) { try resume() } catch { rest() }
        }
    }

    private func forget() {
        if let watch { loop.forget(watch, descriptor: socket.descriptor) }
        watch = nil
    }

    private static func openReserve() -> Int32 {
        open("/dev/null", O_RDONLY | O_CLOEXEC)
    }
}
