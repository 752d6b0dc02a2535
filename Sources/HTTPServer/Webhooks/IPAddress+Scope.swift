extension IPAddress {
    private struct Block {
        let prefix: [UInt8]
        /// Bits of it that count.
        let length: Int

        init(_ text: String) {
            let halves = text.split(separator: "/")
            // The tables below are right.
            prefix = IPAddress(String(halves[0]))!.bytes
            length = Int(halves[1])!
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            guard bytes.count == prefix.count else { return false }
            return (0..<(length + 7) / 8).allSatisfy { index in
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> min(8, length - 8 * index))
                return (bytes[index] ^ prefix[index]) & mask == 0
            }
        }
    }

    /// IANA's special-purpose addresses that are not globally reachable (RFC 6890), multicast and what is reserved; the
    /// cloud's metadata services are among the link-local ones.
    private static let special4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].map(Block.init)
    private static let global6 = Block("2000::/3")
    /// Within the above: protocol assignments and tunnels, documentation, 6to4.
    private static let special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map(Block.init)
    /// Those that end in an IPv4 address that is meant: mapped, and translated by NAT64 (RFC 6052).
    private static let embedding6 = ["::ffff:0:0/96", "64:ff9b::/96"].map(Block.init)

    /// Whether the address is reachable from everywhere, and so leads to nothing that only this machine can reach.
    var isPublic: Bool {
        if bytes.count == 4 { return !Self.special4.contains { $0.contains(bytes) } }
        if Self.embedding6.contains(where: { $0.contains(bytes) }) {
            return IPAddress(bytes: Array(bytes.suffix(4))).isPublic
        }
        return Self.global6.contains(bytes) && !Self.special6.contains { $0.contains(bytes) }
    }
}
