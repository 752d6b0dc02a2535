import COpenSSL

/// SHA-256 (FIPS 180-4).
enum SHA256Digest {
    /// 32 bytes.
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    /// Of text, in lower-case hexadecimal.
    static func hexadecimal(_ text: String) -> String {
        let digits = Array("0123456789abcdef")
        return String(of(Array(text.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
