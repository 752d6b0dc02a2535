import COpenSSL
import Glibc

/// A connection made to a server, used by one thread, which waits in it no longer than until the deadline.
final class OutgoingConnection {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant
    // Made by `startTLS`, used by the one thread that has this object, and freed with it before the descriptor is closed.
    private var session: OpaquePointer?

    /// Connects to that very address.
    ///
    /// - Parameter connectBy: when to give up connecting.
    /// - Throws: `.unreachable`, `.timeout`.
    init(
        to address: IPAddress, port: UInt16, connectBy: ContinuousClock.Instant, deadline: ContinuousClock.Instant
    ) throws(WebhookFailure) {
        self.deadline = deadline
        let family = address.bytes.count == 4 ? AF_INET : AF_INET6
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw Self.unreachable(errno) }
        let result = address.withSocketAddress(port: port) { connect(descriptor, $0, $1) }
        guard result != 0 else { return }
        guard errno == EINPROGRESS || errno == EINTR else { throw Self.unreachable(errno) }
        try wait(for: POLLOUT, until: min(connectBy, deadline))
        var reason: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &reason, &size)
        guard reason == 0 else { throw Self.unreachable(reason) }
    }

    deinit {
        SSL_free(session)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Goes on in TLS with a server that proves to be `host`.
    ///
    /// - Throws: `.untrusted` if it does not, `.unreachable`, `.timeout`.
    func startTLS(host: String, _ context: TLSClientContext) throws(WebhookFailure) {
        guard let session = SSL_new(context.pointer) else {
            preconditionFailure("there is no memory for a TLS session")
        }
        self.session = session
        SSL_set_fd(session, descriptor)
        if IPAddress(host) != nil {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host)
        } else {
            SSL_set1_host(session, host)
            var name = Array(host.utf8CString)
            SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &name)
        }
        _ = try carryOn(waitingFor: POLLIN) { SSL_connect(session) }
    }

    func write(_ bytes: [UInt8]) throws(WebhookFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try carryOn(waitingFor: POLLOUT) {
                rest.withUnsafeBytes { bytes in
                    let count = min(bytes.count, 1 << 20)
                    guard let session else {
                        return Int32(send(descriptor, bytes.baseAddress, count, Int32(MSG_NOSIGNAL)))
                    }
                    return SSL_write(session, bytes.baseAddress, Int32(count))
                }
            }
            rest = rest.dropFirst(Int(written))
        }
    }

    /// Some bytes; none at the end.
    func read() throws(WebhookFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try carryOn(waitingFor: POLLIN) {
            buffer.withUnsafeMutableBytes { buffer in
                guard let session else { return Int32(recv(descriptor, buffer.baseAddress, buffer.count, 0)) }
                return SSL_read(session, buffer.baseAddress, Int32(buffer.count))
            }
        }
        return Array(buffer.prefix(Int(count)))
    }

    /// Repeats an operation until it is done, waiting in between for what it needs.
    ///
    /// - Parameter events: what it needs without TLS, which tells by itself.
    /// - Returns: what it returns: a number of bytes, 0 at the end.
    private func carryOn(waitingFor events: Int32, _ operation: () -> Int32) throws(WebhookFailure) -> Int32 {
        while true {
            ERR_clear_error()
            let result = operation()
            if result > 0 { return result }
            let reason = errno
            if let session {
                switch SSL_get_error(session, result) {
                case SSL_ERROR_WANT_READ: try wait(for: POLLIN, until: deadline)
                case SSL_ERROR_WANT_WRITE: try wait(for: POLLOUT, until: deadline)
                case SSL_ERROR_ZERO_RETURN: return 0
                default: throw failure(of: session, reason)
                }
            } else if result == 0 {
                return 0
            } else if reason == EAGAIN {
                try wait(for: events, until: deadline)
            } else if reason != EINTR {
                throw Self.unreachable(reason)
            }
        }
    }

    private func failure(of session: OpaquePointer, _ reason: Int32) -> WebhookFailure {
        let verdict = SSL_get_verify_result(session)
        if verdict != Int(X509_V_OK), let text = X509_verify_cert_error_string(verdict) {
            return WebhookFailure(.untrusted, "the server's certificate is not to be trusted: \(String(cString: text))")
        }
        let code = ERR_peek_error()
        let text = code == 0 ? nil : ERR_reason_error_string(code).map { String(cString: $0) }
        return WebhookFailure(.unreachable, "TLS failed: \(text ?? "the connection broke")")
    }

    private func wait(for events: Int32, until end: ContinuousClock.Instant) throws(WebhookFailure) {
        var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            let count = left > 0 ? poll(&polled, 1, Int32(min(left.rounded(.up), 1e6))) : 0
            if count > 0 { return }
            guard count < 0, errno == EINTR else { throw WebhookFailure(.timeout, "the server takes too long") }
        }
    }

    private static func unreachable(_ reason: Int32) -> WebhookFailure {
        WebhookFailure(.unreachable, "the connection failed: \(String(cString: strerror(reason)))")
    }
}
