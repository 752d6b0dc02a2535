/// How many jobs may be unfinished when another is submitted.
public struct QueueLimits: Hashable, Sendable {
    public var total: Int
    public var perOwner: Int

    public init(total: Int = 1000, perOwner: Int = 100) {
        self.total = total
        self.perOwner = perOwner
    }
}
