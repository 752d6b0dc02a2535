import Foundation
import Glibc

@testable import Service

/// A connection to this machine, as raw as can be.
final class Client: Sendable {
    struct Failure: Error {}

    struct Reply: Sendable {
        let head: String
        let body: String

        func field(_ name: String) -> String? {
            head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure() }
    }

    deinit {
        close(descriptor)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await Blocking.run { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure() }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// What comes next; empty at the end.
    func receive() async throws -> String {
        try await Blocking.run { [descriptor] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure() }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    /// Sends a request whose fields end without the blank line, and reads until the server closes.
    func exchange(_ request: String) async throws -> Reply {
        try await send(Array("\(request)Connection: close\r\n\r\n".utf8))
        var text = ""
        while true {
            let piece = try await receive()
            guard !piece.isEmpty else { break }
            text += piece
        }
        let halves = text.components(separatedBy: "\r\n\r\n")
        return Reply(head: halves[0], body: halves.dropFirst().joined(separator: "\r\n\r\n"))
    }

    /// Resets the connection: a mere end of what is sent may come from a client that still listens.
    func hangUp() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        // Takes the connection's place, so that it is closed now and the number stays ours.
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        dup2(other, descriptor)
        close(other)
    }
}
