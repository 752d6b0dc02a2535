/// Where a job stands, in the words of the API.
public enum JobPhase: String, Codable, Hashable, Sendable, CaseIterable {
    case queued
    case inProgress = "in_progress"
    case completed
    case failed
    case canceled

    /// Whether nothing more will be rendered.
    public var isEnded: Bool { self != .queued && self != .inProgress }
}
