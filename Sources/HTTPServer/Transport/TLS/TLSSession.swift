import COpenSSL

/// One connection's encryption, on top of its non-blocking socket.
///
/// Confined to the event loop, as the connection it belongs to.
final class TLSSession {
    private let session: OpaquePointer
    /// After a fatal error nothing may be asked of the session, not even to say goodbye.
    private var isBroken = false

    init?(context: OpaquePointer, descriptor: Int32) {
        guard let session = SSL_new(context) else { return nil }
        guard SSL_set_fd(session, descriptor) == 1 else {
            SSL_free(session)
            return nil
        }
        SSL_set_accept_state(session)
        self.session = session
    }

    deinit {
        SSL_free(session)
    }

    /// Goes on with the handshake.
    ///
    /// - Returns: `.bytes(0)` when it is done.
    func handshake() -> Transfer {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        return result == 1 ? .bytes(0) : outcome(of: result)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .bytes(count) : outcome(of: result)
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        ERR_clear_error()
        var count = 0
        let result = SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
        return result == 1 ? .bytes(count) : outcome(of: result)
    }

    /// Says that nothing more will be sent (close_notify). The peer's answer is not waited for: the length of everything
    /// in HTTP is known without it.
    func sayGoodbye() {
        guard !isBroken, SSL_is_init_finished(session) == 1 else { return }
        ERR_clear_error()
        SSL_shutdown(session)
    }

    private func outcome(of result: Int32) -> Transfer {
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .end
        default:
            isBroken = true
            return .failed
        }
    }
}
