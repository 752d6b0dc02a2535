/// How far a bake has come.
public struct BakeProgress: Hashable, Sendable {
    /// What is being done, for people: "evaluating the head".
    public var stage: String
    /// Of the whole bake, 0 to 1.
    public var fraction: Double
    /// Estimated; nil while nothing is known.
    public var secondsLeft: Double?

    public init(stage: String, fraction: Double, secondsLeft: Double?) {
        self.stage = stage
        self.fraction = fraction
        self.secondsLeft = secondsLeft
    }
}
