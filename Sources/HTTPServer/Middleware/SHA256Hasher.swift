import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes as they come; 32 bytes.
final class SHA256Hasher {
    // Owned by this object alone, and freed with it.
    private let context: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("there is no memory for a digest") }
        self.context = context
        start()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    func update(_ bytes: [UInt8]) {
        update(bytes[...])
    }

    func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { bytes in
            let isDone = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
            precondition(isDone, "libcrypto digests any bytes")
        }
    }

    /// The digest, after which it starts anew.
    func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let isDone = EVP_DigestFinal_ex(context, &digest, nil) == 1
        precondition(isDone, "libcrypto ends what it began")
        start()
        return digest
    }

    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        let hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }

    private func start() {
        let isDone = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        precondition(isDone, "libcrypto has SHA-256")
    }
}
