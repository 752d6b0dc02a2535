import Dispatch
import Glibc
import HTTPTypes
import Logging
import Synchronization

@testable import HTTPServer

/// A responder made of a closure.
struct Answering: Responder {
    let answer: @Sendable (Request) async -> Response

    func respond(to request: Request) async -> Response { await answer(request) }
}

extension Response {
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status, body: .bytes(Array(text.utf8)))
    }
}

/// Runs a server on a free port for as long as `body` takes.
func withServer<Result>(
    _ change: (inout ServerSettings) -> Void = { _ in }, tls: TLSContext? = nil,
    onFinish: (@Sendable (FinishedRequest) -> Void)? = nil,
    answer: @escaping @Sendable (Request) async -> Response,
    body: (HTTPServer, Int) async throws -> Result
) async throws -> Result {
    var settings = ServerSettings()
    settings.port = 0
    change(&settings)
    let server = HTTPServer(
        settings: settings, responder: Answering(answer: answer), logger: quiet, tls: tls, onFinish: onFinish)
    let port = try await server.start()[0].port
    do {
        let result = try await body(server, port)
        await server.drain(deadline: .zero)
        return result
    } catch {
        await server.drain(deadline: .zero)
        throw error
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs blocking `work` where it keeps no thread from the server's tasks.
func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "test.blocking").async { continuation.resume(with: Swift.Result { try work() }) }
    }
}

/// Waits until `condition` holds; false if it does not within ten seconds.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    for _ in 0..<2_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
}

/// Lets tasks wait until a test opens it.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A value that tasks change.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
}

/// A temporary file with bytes that tell where they stand; removed with the last reference.
final class TemporaryFile: Sendable {
    let path: String
    let bytes: [UInt8]

    init(count: Int) throws {
        bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        path = try Self.write(bytes)
    }

    private static func write(_ bytes: [UInt8]) throws -> String {
        var template = Array("/tmp/server-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SystemError("cannot make a temporary file") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            guard count > 0 else { throw SystemError("cannot write a temporary file") }
            written += count
        }
        return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { unlink(path) }
}
