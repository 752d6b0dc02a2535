/// A program with workers, as it tells others that share its engine.
public struct Node: Codable, Hashable, Sendable, Identifiable {
    /// Its name, which no other has.
    public let id: String
    public var workers: Int
    public var cores: Int
    /// Of one worker, measured; nil before its first segment.
    public var framesPerSecond: Double?
    /// How many frames a job has as a rule, as far as this node has seen.
    public var framesPerJob: Double?
    /// What jobs may need that it has (`Job.need`).
    public var offers: Set<String>

    public init(
        id: String, workers: Int, cores: Int, framesPerSecond: Double? = nil, framesPerJob: Double? = nil,
        offers: Set<String> = []
    ) {
        self.id = id
        self.workers = workers
        self.cores = cores
        self.framesPerSecond = framesPerSecond
        self.framesPerJob = framesPerJob
        self.offers = offers
    }
}
