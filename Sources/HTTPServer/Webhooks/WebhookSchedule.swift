/// What follows an attempt to deliver a webhook: nothing but a decision, so that any clock can carry it out.
public struct WebhookSchedule: Sendable {
    /// How an attempt ended.
    public enum Outcome: Sendable, Hashable {
        /// The endpoint answered.
        case answered(WebhookAnswer)
        /// It did not. `isPermanent` if no other attempt can do better.
        case failed(isPermanent: Bool)
    }

    public enum Step: Sendable, Hashable {
        case delivered
        case retry(after: Duration)
        case giveUp
    }

    /// Between attempts; after the last the schedule gives up. By default about a day in all.
    public let delays: [Duration]
    /// By how much a delay may be longer, so that what failed together does not come back together.
    private static let jitterShare = 0.2
    /// However much longer an endpoint asks for.
    private static let longestDelay = Duration.seconds(24 * 3600)

    public init(delays: [Duration] = [5, 300, 1800, 7200, 18_000, 36_000].map { .seconds($0) }) {
        self.delays = delays
    }

    /// Only 2xx is delivered, redirections are not followed, and 410 means never again.
    ///
    /// - Parameters:
    ///   - attempt: the number of the attempt that ended so, from 1.
    ///   - jitter: a random number in 0..<1.
    public func step(after outcome: Outcome, attempt: Int, jitter: Double) -> Step {
        var pause = Duration.zero
        switch outcome {
        case .answered(let answer) where 200...299 ~= answer.status: return .delivered
        case .answered(let answer) where answer.status == 410: return .giveUp
        case .answered(let answer): pause = answer.retryAfter ?? .zero
        case .failed(isPermanent: true): return .giveUp
        case .failed(isPermanent: false): break
        }
        guard delays.indices ~= attempt - 1 else { return .giveUp }
        let delay = max(delays[attempt - 1], min(pause, Self.longestDelay))
        return .retry(after: delay * (1 + Self.jitterShare * jitter))
    }
}
