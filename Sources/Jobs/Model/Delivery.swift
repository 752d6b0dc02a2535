import Foundation

/// A message to a webhook, kept until it has arrived or been given up.
public struct Delivery: Codable, Hashable, Sendable, Identifiable {
    /// The same for every attempt, so that the receiver can tell a repetition.
    public let id: String
    public let job: JobID
    public let url: String
    /// The phase in which the job ended.
    public let phase: JobPhase
    public let createdAt: Date
    /// Attempts made so far.
    public var attempts: Int
    public var nextAt: Date

    public init(
        id: String, job: JobID, url: String, phase: JobPhase, createdAt: Date, attempts: Int = 0, nextAt: Date
    ) {
        self.id = id
        self.job = job
        self.url = url
        self.phase = phase
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAt = nextAt
    }
}
