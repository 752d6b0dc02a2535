import Engine
import Foundation
import Testing

/// A folder of a test's own, gone when the test is over.
final class Scratch {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "adnerf-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures")
        .standardizedFileURL

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    /// An avatar of 24 x 24 pixels with twelve frames of features.
    static let tiny = path("avatars/tiny")
    static let features = path("avatars/tiny/aud.npy")
}

/// The built command, beside the bundle that these tests run in.
struct Command {
    let status: Int32
    let output: String
    let error: String

    static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "adnerf")

    /// - Parameter started: called with the process as soon as it runs.
    init(_ arguments: [String], in folder: String? = nil, started: (Process) -> Void = { _ in }) throws {
        let scratch = try Scratch()
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        // Files and not pipes, so that no output is too long to wait for.
        let files = try ["output", "error"].map { name in
            _ = FileManager.default.createFile(atPath: scratch.file(name), contents: nil)
            return try #require(FileHandle(forWritingAtPath: scratch.file(name)))
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = files[0]
        process.standardError = files[1]
        try process.run()
        started(process)
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOfFile: scratch.file("output"), encoding: .utf8)
        error = try String(contentsOfFile: scratch.file("error"), encoding: .utf8)
    }

    /// A single line on standard error that starts as the contract has it.
    var isReportedError: Bool {
        status == 1 && error.hasPrefix("error: ") && error.split(separator: "\n").count == 1 && error.hasSuffix("\n")
    }
}

/// Peak signal-to-noise ratio in dB of values in [0, 1].
func psnr(_ a: [Float], _ b: [Float]) -> Double {
    let squares = zip(a, b).map { Double($0 - $1) * Double($0 - $1) }
    return -10 * log10(squares.reduce(0, +) / Double(squares.count))
}
