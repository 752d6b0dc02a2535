/// Which jobs to list.
public struct JobFilter: Hashable, Sendable {
    /// Nil for every owner's.
    public var owner: String?
    /// Empty for any phase.
    public var phases: Set<JobPhase>

    public init(owner: String? = nil, phases: Set<JobPhase> = []) {
        self.owner = owner
        self.phases = phases
    }
}
