/// So many requests a minute, a minute's worth of them at once.
struct TokenBucket {
    typealias Instant = ContinuousClock.Instant

    private let perMinute: Double
    private var tokens: Double
    private var updated: Instant

    init(perMinute: Int, now: Instant) {
        self.perMinute = Double(perMinute)
        tokens = Double(perMinute)
        updated = now
    }

    /// Takes a token.
    ///
    /// - Returns: nil, or if there is none, how long it takes until there is.
    mutating func take(at now: Instant) -> Duration? {
        tokens = filling(at: now)
        updated = max(updated, now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return .seconds((1 - tokens) * 60 / perMinute)
    }

    /// Whether it is as good as a new one.
    func isFull(at now: Instant) -> Bool {
        filling(at: now) >= perMinute
    }

    private func filling(at now: Instant) -> Double {
        let elapsed = max(.zero, now - updated) / .seconds(60)
        return min(perMinute, tokens + elapsed * perMinute)
    }
}
