import Foundation

/// A request for a video and what has become of it.
public struct Job: Codable, Hashable, Sendable, Identifiable {
    public let id: JobID
    /// Whose job it is: jobs are listed and shared out by owner.
    public let owner: String
    /// The request as JSON, opaque here.
    public let request: Data
    /// The names of the blobs that came with the request.
    public let inputs: [String]
    /// Where to tell that the job has ended.
    public let webhook: String?
    /// What a worker must have to plan it.
    private let initialNeed: String?
    public let createdAt: Date
    /// How long the files stay once the job has ended, in seconds.
    public let retention: TimeInterval
    /// Counts stored changes; a store replaces a record only by one of the same revision, and raises it.
    public package(set) var revision: Int
    public internal(set) var state: JobState

    public init(
        id: JobID, owner: String, request: Data, inputs: [String] = [], webhook: String? = nil, need: String? = nil,
        createdAt: Date,
        retention: TimeInterval, revision: Int = 1, state: JobState = JobState()
    ) {
        self.id = id
        self.owner = owner
        self.request = request
        self.inputs = inputs
        self.webhook = webhook
        initialNeed = need
        self.createdAt = createdAt
        self.retention = retention
        self.revision = revision
        self.state = state
    }

    /// What a worker must have to work on it now (`Performer.offers`); nil for nothing in particular.
    public var need: String? { state.plan?.need ?? initialNeed }

    public var phase: JobPhase { state.phase }

    /// When the files go; nil while the job is not ended.
    public var expiresAt: Date? { state.endedAt?.addingTimeInterval(retention) }
}
