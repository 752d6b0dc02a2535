/// What a waiting client wants to know.
public struct JobOutlook: Hashable, Sendable {
    /// 1 for the next job to be started; nil once it has been.
    public let queuePosition: Int?
    /// Seconds until the job is done, at the pool's present rate and shared as it is shared now; nil while nothing is
    /// known.
    public let secondsLeft: Double?

    public init(queuePosition: Int?, secondsLeft: Double?) {
        self.queuePosition = queuePosition
        self.secondsLeft = secondsLeft
    }
}
