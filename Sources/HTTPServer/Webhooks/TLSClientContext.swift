import COpenSSL

/// What all outgoing TLS connections share: whom to trust, and nothing older than TLS 1.2.
final class TLSClientContext: Sendable {
    // Changed only before anyone else has it; OpenSSL counts the references that sessions take.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// - Parameter authorities: a PEM file with the certificates to trust; nil for the system's.
    /// - Throws: `.untrusted` if it cannot be read.
    init(authorities: String?) throws(WebhookFailure) {
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            preconditionFailure("there is no memory for a TLS context")
        }
        self.pointer = pointer
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        let isLoaded =
            authorities.map { SSL_CTX_load_verify_locations(pointer, $0, nil) }
            ?? SSL_CTX_set_default_verify_paths(pointer)
        guard isLoaded == 1 else {
            throw WebhookFailure(
                .untrusted, "\(authorities ?? "the system's certificates"): cannot be read; name a PEM file")
        }
    }

    deinit {
        SSL_CTX_free(pointer)
    }
}
