import COpenSSL
import Glibc

/// A key pair and a certificate for a name that vouches for itself, made for a test.
final class TestIdentity: Sendable {
    // Not changed any more once it is made; OpenSSL counts the references of sessions.
    nonisolated(unsafe) let context: OpaquePointer
    /// The certificate, as a PEM file.
    let certificate: [UInt8]

    init(name: String) {
        let generator = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil)
        defer { EVP_PKEY_CTX_free(generator) }
        var key: OpaquePointer?
        precondition(EVP_PKEY_keygen_init(generator) == 1 && EVP_PKEY_keygen(generator, &key) == 1)
        defer { EVP_PKEY_free(key) }
        let certificate = X509_new()!
        defer { X509_free(certificate) }
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
        X509_set_pubkey(certificate, key)
        let subject = X509_get_subject_name(certificate)
        // MBSTRING_ASC.
        X509_NAME_add_entry_by_txt(subject, "CN", 0x1000 | 1, name, -1, -1, 0)
        X509_set_issuer_name(certificate, subject)
        precondition(X509_sign(certificate, key, nil) > 0)
        context = SSL_CTX_new(TLS_server_method())!
        precondition(SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1)
        let memory = BIO_new(BIO_s_mem())
        defer { BIO_free(memory) }
        PEM_write_bio_X509(memory, certificate)
        var text = [UInt8](repeating: 0, count: 8192)
        let length = BIO_read(memory, &text, Int32(text.count))
        self.certificate = Array(text.prefix(Int(length)))
    }

    deinit {
        SSL_CTX_free(context)
    }
}
