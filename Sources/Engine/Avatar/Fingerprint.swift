import COpenSSL

/// What identifies an avatar's networks, whatever their files are called.
enum Fingerprint {
    private static let chunk = 1 << 20

    /// SHA-256 (FIPS 180-4) of the files' bytes one after the other, in lower-case hexadecimal. Memory use does not grow with
    /// the files.
    static func sha256(of paths: [String]) throws(EngineError) -> String {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var isValid = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        for path in paths {
            let file = try MappedFile(path: path)
            for start in stride(from: 0, to: file.bytes.count, by: chunk) {
                let range = start..<min(start + chunk, file.bytes.count)
                isValid = isValid && EVP_DigestUpdate(context, file.bytes.baseAddress! + start, range.count) == 1
                file.release(range)
            }
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        isValid = isValid && EVP_DigestFinal_ex(context, &digest, &length) == 1
        guard isValid else {
            throw EngineError(
                .toolFailed, "SHA-256", found: "an error of OpenSSL's", remedy: "check the installation of libcrypto")
        }
        return hexadecimal(Array(digest.prefix(Int(length))))
    }

    /// Bytes in lower-case hexadecimal.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// SHA-256 of some bytes where they lie: 32 of them.
    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &digest)
        return digest
    }

    /// SHA-256 of some bytes: 32 of them.
    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
