import Glibc

/// An IPv4 or IPv6 address with its port.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// Numeric: `127.0.0.1`, `::1`. An IPv4 address that came in by an IPv6 socket reads as IPv4.
    public let host: String
    public let port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// As in a URL's authority: IPv6 addresses in brackets.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }
}

extension SocketAddress {
    /// What accept(2) or getsockname(2) filled in; nil for another family.
    init?(_ storage: borrowing sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            var address = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in.self) }
            self.init(
                host: Self.text(AF_INET, of: &address.sin_addr), port: Int(UInt16(bigEndian: address.sin_port)))
        case AF_INET6:
            var address = withUnsafeBytes(of: storage) { $0.load(as: sockaddr_in6.self) }
            let host = Self.text(AF_INET6, of: &address.sin6_addr)
            let mapped = "::ffff:"
            let isMapped = host.hasPrefix(mapped) && host.utf8.contains(UInt8(ascii: "."))
            self.init(
                host: isMapped ? String(host.dropFirst(mapped.count)) : host,
                port: Int(UInt16(bigEndian: address.sin6_port)))
        default: return nil
        }
    }

    private static func text(_ family: Int32, of address: UnsafeRawPointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard inet_ntop(family, address, buffer.baseAddress, socklen_t(buffer.count)) != nil else { return "" }
            return String(cString: buffer.baseAddress!)
        }
    }
}
