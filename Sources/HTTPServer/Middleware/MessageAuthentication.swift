import COpenSSL

/// HMAC-SHA256 (RFC 2104): 32 bytes that only the secret's owner can make.
enum MessageAuthentication {
    static func code(of message: [UInt8], secret: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let result = HMAC(EVP_sha256(), secret, Int32(secret.count), message, message.count, &code, nil)
        precondition(result != nil, "libcrypto has HMAC-SHA256")
        return code
    }
}
