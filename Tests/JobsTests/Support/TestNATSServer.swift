#if NATS

import Foundation

@testable import Jobs

/// A NATS server of the tests' own, on a port that is free.
final class TestNATSServer: Sendable {
    private static let program = "/usr/sbin/nats-server"

    static var isInstalled: Bool { access(program, X_OK) == 0 }

    /// One for all tests that are content with names of their own.
    static let shared = Result { try TestNATSServer() }

    let address: String
    private let scratch: Scratch
    private let leash: Pipe

    /// - Parameters:
    ///   - arguments: further ones for the server.
    ///   - configuration: its configuration file's content.
    init(
        _ arguments: [String] = [], configuration: String = "", hasJetStream: Bool = true, port: Int = -1
    ) throws {
        scratch = try Scratch()
        leash = Pipe()
        // Or the next server would hold it, too.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let folder = scratch.path
        let file = try scratch.file(configuration, name: "nats.conf")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The server ends when our end of the pipe is closed, however we come to our end.
        process.arguments =
            [
                "-c", "server=$1; shift; $server \"$@\" </dev/null & read -r line; kill -9 $!", "sh", Self.program,
                "-c", file, "-a", "127.0.0.1", "-p", "\(port)", "-sd", folder + "/store", "--ports_file_dir", folder,
                "-l", folder + "/log",
            ] + (hasJetStream ? ["-js"] : []) + arguments
        process.standardInput = leash
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        address = try Self.address(in: folder)
    }

    deinit { kill() }

    func kill() { try? leash.fileHandleForWriting.close() }

    private struct Ports: Decodable {
        let nats: [String]
    }

    private static func address(in folder: String) throws -> String {
        for _ in 0..<1000 {
            if let name = Files.list(folder).first(where: { $0.hasSuffix(".ports") }),
                let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                let address = try? JSONDecoder().decode(Ports.self, from: data).nats.first
            {
                return address
            }
            usleep(10_000)
        }
        let log = FileManager.default.contents(atPath: folder + "/log") ?? Data()
        throw JobsError(.storage, "nats-server", found: "it did not start: \(String(decoding: log, as: UTF8.self))")
    }
}

#endif
