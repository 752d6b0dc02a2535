import COpenSSL
import Foundation
import Glibc
import Synchronization

/// A server on this machine that takes one connection, keeps the request and answers as told.
///
/// It is bound when made, so that no connection comes too early, and gone when the object is.
final class TestEndpoint: Sendable {
    let port: UInt16
    private let listener: Int32
    private let received = Received()
    private let isDone = DispatchSemaphore(value: 0)

    private final class Received: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    /// - Parameter answer: nil to keep silent until the client goes.
    init(answer: String?, identity: TestIdentity? = nil) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, size) == 0 && listen(listener, 4) == 0)
                getsockname(listener, address, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        Thread.detachNewThread { [received, isDone] in
            Self.serve(listener, answer, identity) { piece in received.bytes.withLock { $0 += piece } }
            isDone.signal()
        }
    }

    deinit {
        // Wakes a thread that nobody ever connected to.
        shutdown(listener, Int32(SHUT_RDWR))
        isDone.wait()
        close(listener)
    }

    var request: String {
        received.bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }

    private static func serve(
        _ listener: Int32, _ answer: String?, _ identity: TestIdentity?, _ keep: ([UInt8]) -> Void
    ) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var session: OpaquePointer?
        if let identity {
            session = SSL_new(identity.context)
            SSL_set_fd(session, connection)
            guard SSL_accept(session) == 1 else { return SSL_free(session) }
        }
        defer { SSL_free(session) }
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer == nil || !isWhole(request) {
            let count = session.map { Int(SSL_read($0, &buffer, 4096)) } ?? recv(connection, &buffer, 4096, 0)
            guard count > 0 else { return }
            request += buffer.prefix(count)
            keep(Array(buffer.prefix(count)))
        }
        let bytes = Array((answer ?? "").utf8)
        _ = session.map { Int(SSL_write($0, bytes, Int32(bytes.count))) } ?? send(connection, bytes, bytes.count, 0)
    }

    private static func isWhole(_ request: [UInt8]) -> Bool {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"), let field = text.range(of: "Content-Length: ") else { return false }
        let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}
