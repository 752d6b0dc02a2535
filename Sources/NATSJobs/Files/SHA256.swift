#if NATS

import COpenSSL
import Foundation

/// SHA-256 (FIPS 180-4), in one piece or several.
struct SHA256: ~Copyable {
    // Owned by this value alone, which cannot be copied.
    private let context = EVP_MD_CTX_new()

    init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ data: Data) {
        data.withUnsafeBytes { bytes in _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    }

    /// 32 bytes; to be called once.
    mutating func finish() -> Data {
        var digest = Data(count: Int(SHA256_DIGEST_LENGTH))
        digest.withUnsafeMutableBytes { bytes in
            _ = EVP_DigestFinal_ex(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        return digest
    }

    static func digest(_ data: Data) -> Data {
        var hash = SHA256()
        hash.update(data)
        return hash.finish()
    }

    /// In lower-case hexadecimal.
    static func hexadecimal(_ data: Data) -> String { digest(data).hexadecimal }
}

extension Data {
    /// In lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

#endif
