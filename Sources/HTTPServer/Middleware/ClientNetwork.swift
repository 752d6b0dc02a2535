import Glibc

/// What stands for one client: an IPv4 address, or the 64 bits of an IPv6 address that it cannot choose itself.
enum ClientNetwork {
    static func name(of address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let all = withUnsafeBytes(of: bytes) { Array($0) }
        let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10...11].allSatisfy { $0 == 0xFF }
        guard !isMapped else { return all.suffix(4).map(String.init).joined(separator: ".") }
        return Hexadecimal.encode(all.prefix(8)) + "::"
    }
}
