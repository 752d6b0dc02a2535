import CLinux
import Glibc

/// A socket that waits for connections; closed by `close()`.
struct ListeningSocket {
    let descriptor: Int32
    let address: SocketAddress

    /// What came of asking for a connection.
    enum Accepted {
        case connection(Int32, SocketAddress)
        /// Nobody waits.
        case none
        /// The process or the machine has no descriptors left.
        case exhausted
        /// Someone gave up while waiting, or the like: the next call may do better.
        case failed
    }

    /// Binds every address that `host` stands for.
    ///
    /// - Parameters:
    ///   - host: a name, `0.0.0.0`, `::` (which takes IPv4 connections too), or any numeric address.
    ///   - port: 0 lets the system choose one, the same for all addresses.
    static func open(host: String, port: Int, backlog: Int32) throws(SystemError) -> [ListeningSocket] {
        guard (0...65535).contains(port) else {
            throw SystemError("cannot listen on port \(port), choose one of 0 to 65535", code: EINVAL)
        }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &found)
        guard status == 0, let found else {
            throw SystemError(
                "cannot find the address of host \(host), \(String(cString: gai_strerror(status)))", code: EADDRNOTAVAIL
            )
        }
        defer { freeaddrinfo(found) }

        var sockets: [ListeningSocket] = []
        do throws(SystemError) {
            for entry in sequence(first: found, next: { $0.pointee.ai_next }) {
                let isAlone = found.pointee.ai_next == nil
                let chosen = sockets.first?.address.port ?? port
                let socket = try open(entry.pointee, host: host, port: chosen, takesBoth: isAlone, backlog: backlog)
                if let socket { sockets.append(socket) }
            }
            guard !sockets.isEmpty else {
                throw SystemError("cannot listen on host \(host)", code: EAFNOSUPPORT)
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        return sockets
    }

    /// - Returns: nil if the machine does not speak the address's protocol and `host` may have others.
    private static func open(
        _ entry: addrinfo, host: String, port: Int, takesBoth: Bool, backlog: Int32
    ) throws(SystemError) -> ListeningSocket? {
        let type = entry.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(entry.ai_family, type, entry.ai_protocol)
        let action = "cannot listen on host \(host), port \(port)"
        guard descriptor >= 0 else {
            if errno == EAFNOSUPPORT, !takesBoth { return nil }
            throw SystemError(action)
        }
        do throws(SystemError) {
            setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if entry.ai_family == AF_INET6 {
                setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, takesBoth ? 0 : 1)
            }
            var storage = sockaddr_storage()
            memcpy(&storage, entry.ai_addr, Int(entry.ai_addrlen))
            setPort(&storage, port)
            guard withSocketAddress(&storage, { bind(descriptor, $0, entry.ai_addrlen) }) == 0 else {
                if errno == EADDRNOTAVAIL, !takesBoth {
                    Glibc.close(descriptor)
                    return nil
                }
                throw SystemError(action)
            }
            guard listen(descriptor, backlog) == 0 else { throw SystemError(action) }
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            guard withSocketAddress(&storage, { getsockname(descriptor, $0, &length) }) == 0,
                let address = SocketAddress(storage)
            else { throw SystemError(action) }
            return ListeningSocket(descriptor: descriptor, address: address)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Takes the next connection that waits, made non-blocking and without Nagle's delay.
    func accept() -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let connection = withSocketAddress(&storage) { CLinux_accept4(descriptor, $0, &length, flags) }
        guard connection >= 0 else {
            switch errno {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            default: return .failed
            }
        }
        Self.setOption(connection, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        return .connection(connection, SocketAddress(storage) ?? SocketAddress(host: "", port: 0))
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func setPort(_ storage: inout sockaddr_storage, _ port: Int) {
        // The port lies at the same place in sockaddr_in and sockaddr_in6.
        withUnsafeMutableBytes(of: &storage) {
            $0.storeBytes(
                of: UInt16(port).bigEndian, toByteOffset: MemoryLayout<sockaddr_in>.offset(of: \.sin_port)!,
                as: UInt16.self)
        }
    }
}

private func withSocketAddress<Result>(
    _ storage: inout sockaddr_storage, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
) -> Result {
    withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
}
