import COpenSSL
import Glibc
import Logging
import Synchronization

/// A server's certificate and what it speaks: TLS 1.2 and 1.3, and in ALPN nothing but `http/1.1` (RFC 7301).
///
/// `reload()` reads the files again, for connections from then on; those that are open keep what they have.
public final class TLSContext: Sendable {
    /// PEM files: the server's certificate followed by what signed it, and its key.
    public let certificatePath, keyPath: String

    private let logger: Logger
    private let current: Mutex<Loaded>

    /// - Throws: `TLSError` if a file cannot be read, is no PEM, or the key is not the certificate's.
    public init(certificatePath: String, keyPath: String, logger: Logger) throws(TLSError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.logger = logger
        current = Mutex(try Loaded(certificatePath: certificatePath, keyPath: keyPath, logger: logger))
    }

    /// Reads the files again, as after a renewal. If they are not in order all stays as it is.
    public func reload() throws(TLSError) {
        let fresh = try Loaded(certificatePath: certificatePath, keyPath: keyPath, logger: logger)
        current.withLock { $0 = fresh }
    }

    /// Speaks for the server on a connected socket, which stays the caller's to close; nil if memory is short.
    func session(descriptor: Int32) -> TLSSession? {
        TLSSession(context: current.withLock { $0 }.context, descriptor: descriptor)
    }
}

/// The files as OpenSSL holds them.
///
/// Safe to send since a context that is set up is only counted and read from then on, which OpenSSL does under locks.
private final class Loaded: @unchecked Sendable {
    let context: OpaquePointer

    init(certificatePath: String, keyPath: String, logger: Logger) throws(TLSError) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else {
            throw TLSError("cannot set up TLS: \(TLSError.lastReason())")
        }
        self.context = context
        Self.setUp(context)
        try Self.loadCertificate(certificatePath, into: context)
        try Self.loadKey(keyPath, of: certificatePath, into: context)
        if let warning = Self.warning(about: context) {
            logger.warning("\(warning)", metadata: ["certificate": "\(certificatePath)"])
        }
    }

    deinit {
        SSL_CTX_free(context)
    }

    private static func setUp(_ context: OpaquePointer) {
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, COpenSSL_serverModes, nil)
        SSL_CTX_set_options(context, COpenSSL_serverOptions)
        // Sessions are resumed by tickets: nothing to keep here.
        SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        SSL_CTX_set_num_tickets(context, 1)
        // Forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        // A key with a passphrase is an error: nobody is there to be asked.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, chosenLength, offered, offeredLength, _ in
                guard let offered, let chosen, let chosenLength else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let names = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
                guard let range = ALPN.find(ALPN.http1, in: names) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                chosen.pointee = offered + range.lowerBound
                chosenLength.pointee = UInt8(range.count)
                return SSL_TLSEXT_ERR_OK
            }, nil)
    }

    private static func loadCertificate(_ path: String, into context: OpaquePointer) throws(TLSError) {
        try checkReadable(path, what: "certificate")
        guard SSL_CTX_use_certificate_chain_file(context, path) == 1 else {
            throw TLSError(
                "the certificate \(path) is no PEM file with the server's certificate first: \(TLSError.lastReason())")
        }
    }

    private static func loadKey(_ path: String, of certificate: String, into context: OpaquePointer) throws(TLSError) {
        try checkReadable(path, what: "key")
        guard SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1 else {
            if ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509 { throw mismatch(path, certificate) }
            throw TLSError("the key \(path) is no PEM private key without passphrase: \(TLSError.lastReason())")
        }
        guard SSL_CTX_check_private_key(context) == 1 else { throw mismatch(path, certificate) }
    }

    private static func mismatch(_ key: String, _ certificate: String) -> TLSError {
        ERR_clear_error()
        return TLSError(
            "the key \(key) does not belong to the certificate \(certificate); give the pair issued together")
    }

    private static func checkReadable(_ path: String, what: String) throws(TLSError) {
        guard access(path, R_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw TLSError("cannot read the \(what) \(path): \(reason); check the path and its permissions")
        }
    }

    /// What an operator should know of a certificate that works.
    private static func warning(about context: OpaquePointer) -> String? {
        guard let certificate = SSL_CTX_get0_certificate(context) else { return nil }
        if X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0 {
            return "the certificate is not valid yet; check the clock"
        }
        let end = X509_get0_notAfter(certificate)
        if X509_cmp_current_time(end) < 0 { return "the certificate has expired; clients will refuse it, renew it" }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, nil, end) == 1, days < 7 else { return nil }
        return "the certificate expires in \(days) days; renew it and send SIGHUP"
    }
}
