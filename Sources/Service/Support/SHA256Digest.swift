import COpenSSL
import Foundation

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
        hexadecimal(of(Array(text.utf8)))
    }

    /// Of a file, in lower-case hexadecimal.
    ///
    /// - Throws: what keeps it from being read.
    static func hexadecimal(file path: String) throws -> String {
        hexadecimal(bytes: try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped))
    }

    /// In lower-case hexadecimal.
    static func hexadecimal(bytes data: Data) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        data.withUnsafeBytes { bytes in
            _ = SHA256(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &digest)
        }
        return hexadecimal(digest)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
