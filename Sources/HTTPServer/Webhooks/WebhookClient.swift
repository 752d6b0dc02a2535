import Dispatch
import Glibc

/// Delivers webhooks: one POST a call, by HTTP/1.1 over a connection of its own, to public addresses only unless others are
/// allowed.
///
/// A host's name is resolved once, its addresses are checked, and the connection is made to a checked address, so that a
/// name cannot lead elsewhere in between. Redirections are not followed, and of the answer only the head is read.
public struct WebhookClient: Sendable {
    public struct Limits: Sendable {
        /// For each address.
        public var connecting = Duration.seconds(5)
        /// For everything behind the resolving of the name, which has the system's own limits.
        public var total = Duration.seconds(15)
        /// Addresses that are tried.
        public var addresses = 4

        public init() {}
    }

    private let allowsPrivateAddresses: Bool
    private let limits: Limits
    private let tls: TLSClientContext
    /// Deliveries wait in system calls, for which the pool of Swift's tasks is not made.
    private let queue = DispatchQueue(label: "webhooks", attributes: .concurrent)

    /// - Parameters:
    ///   - allowsPrivateAddresses: whether endpoints may be on this machine or in its networks.
    ///   - authorities: a PEM file with the certificates to trust; nil for the system's.
    /// - Throws: `.untrusted` if that file cannot be read.
    public init(
        allowsPrivateAddresses: Bool = false, limits: Limits = Limits(), authorities: String? = nil
    ) throws(WebhookFailure) {
        // OpenSSL writes to sockets in a way that would end the program when the other side has gone.
        signal(SIGPIPE, SIG_IGN)
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.limits = limits
        tls = try TLSClientContext(authorities: authorities)
    }

    /// Delivers a message once.
    ///
    /// - Parameter timestamp: seconds since 1970.
    /// - Throws: `WebhookFailure` if there was no answer.
    public func post(
        _ message: WebhookMessage, to target: WebhookTarget, secret: WebhookSecret, timestamp: Int = time(nil)
    ) async throws -> WebhookAnswer {
        let request = message.request(to: target, secret: secret, timestamp: timestamp)
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try exchange(request, with: target) })
            }
        }
    }

    private func exchange(_ request: [UInt8], with target: WebhookTarget) throws(WebhookFailure) -> WebhookAnswer {
        let addresses = try Self.addresses(of: target.host)
        let allowed = addresses.filter { allowsPrivateAddresses || $0.isPublic }
        guard !allowed.isEmpty else {
            throw WebhookFailure(
                .forbiddenAddress,
                "\(target.host) is at \(addresses[0]), which is no public address; allow private addresses or name another host"
            )
        }
        let connection = try connection(to: allowed, port: target.port)
        if target.isSecure { try connection.startTLS(host: target.host, tls) }
        try connection.write(request)
        var received: [UInt8] = []
        while received.count <= WebhookAnswer.headLimit {
            let piece = try connection.read()
            received += piece
            if let answer = try WebhookAnswer.parse(received) { return answer }
            guard !piece.isEmpty else { throw WebhookFailure(.malformedAnswer, "the answer ends within its head") }
        }
        throw WebhookFailure(.malformedAnswer, "the answer's head is longer than \(WebhookAnswer.headLimit) bytes")
    }

    /// A connection to the first address that takes one.
    private func connection(to addresses: [IPAddress], port: UInt16) throws(WebhookFailure) -> OutgoingConnection {
        let deadline = ContinuousClock.now + limits.total
        var failure = WebhookFailure(.unreachable, "there is no address to connect to")
        for address in addresses.prefix(limits.addresses) {
            do throws(WebhookFailure) {
                return try OutgoingConnection(
                    to: address, port: port, connectBy: .now + limits.connecting, deadline: deadline)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// At least one.
    private static func addresses(of host: String) throws(WebhookFailure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        var addresses: [IPAddress] = []
        var entry = status == 0 ? found : nil
        while let information = entry {
            if let address = information.pointee.ai_addr.flatMap({ IPAddress($0) }), !addresses.contains(address) {
                addresses.append(address)
            }
            entry = information.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw WebhookFailure(.unresolvable, "\(host) has no address: \(String(cString: gai_strerror(status)))")
        }
        return addresses
    }
}
