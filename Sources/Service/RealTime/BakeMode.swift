/// When avatars are baked for real time.
public enum BakeMode: String, Sendable, CaseIterable {
    /// One after the other, from the start on and as they appear.
    case auto
    /// When a job wants one in real time for the first time.
    case onDemand = "on-demand"
    /// Never: baked files that are there are used all the same.
    case off
}
