/// Whether a mouth moves with the speech.
public struct LipSync: Codable, Sendable, Hashable {
    /// What the mouth is held against: `mouth_val.npy`, or the speech's vowels.
    public var reference: String
    /// The first frame of the stretch that was looked at. It plays 25 frames a second.
    public var firstFrame: Int
    /// Pearson's, between opening and reference, at the best lag: in [0, 1]. Not negative, for the opening's sign is chosen so.
    public var correlation: Double
    /// Frames that the mouth is behind the speech, within 8; negative where it is ahead.
    public var lag: Int
    /// The correlation that an unrelated reference of the same pace stays under in 95 % of cases, likewise at its best lag and
    /// with its sign chosen; nil for stretches too short to tell.
    public var chance: Double?
    /// Of what varies about the mouth, what the opening explains: in (0, 1].
    public var share: Double
    /// For each frame how far the mouth is open: the first principal component of the luma about it, in 8-bit steps, of mean
    /// zero; and the reference, in its own unit.
    public var opening: [Double]
    public var referenceValues: [Double]

    /// Frames that the mouth is looked for behind or ahead.
    public static let reach = 8
    /// Frames under which nothing can be told: one second.
    public static let fewest = 25

    /// - Parameters:
    ///   - mouths: the luma about the mouth in each frame of the stretch, of as many pixels each.
    ///   - reference: of each frame of the whole video.
    /// - Returns: nil where the stretch is too short, or the mouth or the reference never moves.
    public init?(mouths: [[Double]], firstFrame: Int, reference: MouthReference) {
        let wanted = Array(reference.values[firstFrame..<firstFrame + mouths.count])
        guard mouths.count >= Self.fewest, let component = PrincipalComponent(mouths),
            let best = LagCorrelation.best(of: component.values, against: wanted, within: Self.reach)
        else { return nil }
        self.reference = reference.name
        self.firstFrame = firstFrame
        correlation = abs(best.correlation)
        lag = best.lag
        chance = LagCorrelation.chance(of: component.values, against: wanted, within: Self.reach)
        share = component.share
        opening = component.values.map { best.correlation < 0 ? -$0 : $0 }
        referenceValues = wanted
    }
}
