/// What a waiting client wants to know.
public struct JobOutlook: Hashable, Sendable {
    /// 1 for the next job to be started; nil once it has been.
    public let queuePosition: Int?
    /// Seconds until the job is done, at the pool's present rate and shared as it is shared now; nil while nothing is
    /// known.
    public let secondsLeft: Double?

    /// Frames that this program has rendered of segments which are not complete yet.
    public let framesUnderWay: Int

    /// Why nobody can work on it; nil as long as somebody can.
    public let obstacle: JobObstacle?

    public init(
        queuePosition: Int?, secondsLeft: Double?, framesUnderWay: Int = 0, obstacle: JobObstacle? = nil
    ) {
        self.obstacle = obstacle
        self.framesUnderWay = framesUnderWay
        self.queuePosition = queuePosition
        self.secondsLeft = secondsLeft
    }
}
