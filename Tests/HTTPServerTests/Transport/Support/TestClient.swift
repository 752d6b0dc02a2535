import Glibc

@testable import HTTPServer

/// A blocking client for one connection, which says exactly what it is told to.
///
/// Safe to send since a test uses it from one thread at a time.
final class TestClient: @unchecked Sendable {
    private(set) var descriptor: Int32
    private var buffer: [UInt8] = []

    struct Failure: Error {
        let what: String
        let code = errno
    }

    /// What came back.
    struct Reply {
        var status = 0
        /// Names in lower case.
        var fields: [String: String] = [:]
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket") }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let failure = Failure(what: "connect")
            close(descriptor)
            descriptor = -1
            throw failure
        }
    }

    deinit { leave() }

    // MARK: Sending

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send") }
            sent += count
        }
    }

    /// Sends what the socket takes until it takes no more for a while.
    ///
    /// - Returns: how many bytes went.
    func sendUntilStalled(_ bytes: [UInt8]) throws -> Int {
        var sent = 0
        while sent < bytes.count {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, 300) == 1 else { break }
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { throw Failure(what: "send") }
            sent += count
        }
        return sent
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    // MARK: Receiving

    /// - Returns: false at the end.
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw Failure(what: "recv") }
        buffer += chunk[..<count]
        return count > 0
    }

    func line() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = buffer[..<end].filter { $0 != 13 }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard try fill() else { throw Failure(what: "the server closed in the middle of a line") }
        }
    }

    func bytes(_ count: Int) throws -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(count)
        while true {
            let part = min(count - taken.count, buffer.count)
            taken += buffer[..<part]
            buffer.removeSubrange(..<part)
            if taken.count == count { return taken }
            guard try fill() else { throw Failure(what: "the server closed after \(taken.count) of \(count) bytes") }
        }
    }

    /// Whatever comes until the server closes.
    func rest() throws -> [UInt8] {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }

    func head() throws -> Reply {
        var reply = Reply()
        reply.status = Int(try line().split(separator: " ")[1]) ?? 0
        while true {
            let line = try line()
            if line.isEmpty { return reply }
            let parts = line.split(separator: ":", maxSplits: 1)
            reply.fields[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
    }

    func reply(to method: String = "GET") throws -> Reply {
        var reply = try head()
        guard method != "HEAD", reply.status != 204, reply.status != 304, reply.status >= 200 else { return reply }
        if reply.fields["transfer-encoding"] == "chunked" {
            while true {
                let size = Int(try line(), radix: 16)!
                reply.body += try bytes(size)
                _ = try line()
                if size == 0 { return reply }
            }
        }
        if let length = reply.fields["content-length"] {
            reply.body = try bytes(Int(length)!)
        } else {
            reply.body = try rest()
        }
        return reply
    }

    func get(_ target: String, _ fields: String = "") throws -> Reply {
        try send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        return try reply()
    }

    // MARK: Leaving

    func leave() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Leaves with a reset.
    func vanish() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        leave()
    }
}
