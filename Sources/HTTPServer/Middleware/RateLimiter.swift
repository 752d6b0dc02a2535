import HTTPTypes
import Synchronization

/// Refuses requests that come too fast, with 429 and `Retry-After`: those with a key by the key's own limit, others by their
/// address.
public final class RateLimiter: Responder {
    /// More are not kept at a time, however many addresses there are.
    private static let bucketLimit = 10_000

    private let perAddress: Int?
    private let exempt: Set<String>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let next: any Responder
    private let buckets = Mutex<[String: TokenBucket]>([:])

    /// - Parameters:
    ///   - perAddress: requests a minute of an IPv4 address or an IPv6 network of 64 bits; nil for no limit.
    ///   - exempt: paths that are not counted: `/healthz` ...
    public init(
        perAddress: Int? = nil, exempt: Set<String> = [],
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, next: any Responder
    ) {
        self.perAddress = perAddress.map { max(1, $0) }
        self.exempt = exempt
        self.now = now
        self.next = next
    }

    public func respond(to request: Request) async -> Response {
        guard !exempt.contains(request.path), let delay = delay(of: request) else {
            return await next.respond(to: request)
        }
        let seconds = max(1, Int(delay.components.seconds) + (delay.components.attoseconds > 0 ? 1 : 0))
        let error = HTTPError(
            .tooManyRequests, kind: "rate-limit", detail: "requests come too fast; wait \(seconds) seconds",
            fields: [.retryAfter: "\(seconds)"])
        return Response(error, for: request)
    }

    private func delay(of request: Request) -> Duration? {
        let isByKey = request.principal?.proof == .key
        guard let perMinute = isByKey ? request.principal?.requestsPerMinute : perAddress else { return nil }
        // A key's name cannot pass for an address.
        let name = isByKey ? "key \(request.principal?.name ?? "")" : ClientNetwork.name(of: request.remoteAddress)
        let now = now()
        return buckets.withLock { buckets in
            if buckets.count >= Self.bucketLimit, buckets[name] == nil {
                buckets = buckets.filter { !$0.value.isFull(at: now) }
                // So many at once are no guests; whoever is new then starts with others forgotten.
                if buckets.count >= Self.bucketLimit { buckets = [:] }
            }
            return buckets[name, default: TokenBucket(perMinute: perMinute, now: now)].take(at: now)
        }
    }
}
