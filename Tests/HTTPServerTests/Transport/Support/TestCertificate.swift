import Foundation

/// A self-signed certificate for localhost with its key, made by the openssl command in a folder of its own.
final class TestCertificate: Sendable {
    let folder: String
    var certificate: String { folder + "/certificate.pem" }
    var key: String { folder + "/key.pem" }

    /// - Parameter days: how long it is valid; with a negative number it has expired.
    init(days: Int = 30, name: String = "localhost") throws {
        folder = NSTemporaryDirectory() + "tls-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try make(days: days, name: name)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes another certificate and key over the files.
    func make(days: Int = 30, name: String = "localhost") throws {
        _ = try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)",
            "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key,
            "-out", certificate,
        ])
    }

    static let isOpenSSLInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    struct Failure: Error {
        let output: String
    }

    /// Runs the openssl command; blocks.
    ///
    /// - Returns: all that it prints.
    static func openssl(_ arguments: [String], input: String = "") throws -> String {
        let (status, output) = try run("/usr/bin/openssl", arguments, input: input)
        guard status == 0 else { throw Failure(output: output) }
        return output
    }

    static func run(_ path: String, _ arguments: [String], input: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let (incoming, outgoing) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = incoming
        process.standardOutput = outgoing
        process.standardError = outgoing
        try process.run()
        try incoming.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try incoming.fileHandleForWriting.close()
        let output = try outgoing.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
