import Foundation

/// A script of `Tests`, run against the program that was built with these tests.
struct Script {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    /// The program, beside the bundle that these tests run in.
    static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "adnerf").path

    /// Whether the program can share its jobs, and there is a server to share them through.
    static var hasNATS: Bool {
        #if NATS
        return FileManager.default.isExecutableFile(atPath: "/usr/sbin/nats-server")
        #else
        return false
        #endif
    }

    let status: Int32
    /// What it wrote, on either stream.
    let output: String

    /// - Parameters:
    ///   - name: in `Tests`.
    ///   - arguments: behind the program.
    init(_ name: String, _ arguments: [String] = []) throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "script-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: log) }
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        // A file and not a pipe, so that no output is too long to wait for.
        let file = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = Self.root.appending(path: "Tests/\(name)")
        process.arguments = [Self.program] + arguments
        process.currentDirectoryURL = Self.root
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: log, encoding: .utf8)
    }
}
