import COpenSSL

/// Comparing what must not be guessed byte by byte.
enum SecretComparison {
    /// Takes the same time wherever the bytes differ; not so for different lengths, which are no secret.
    static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}
