/// What a baked file is made of.
enum BakeSection: String, Codable, CaseIterable, Sendable {
    case headMean, headFirst, headRows, headMap, headPlaces, headCorners
    case headProbes, headProbeMean, headProbeWeight, headEffect, headSolution, headRange
    case torsoMean, torsoFirst, torsoRows, torsoMap, torsoPlaces
    case torsoProbes, torsoInputMean, torsoDirections, torsoSamples, torsoLinear, torsoWeights, torsoRange
    case headNetwork, torsoNetwork

    /// What the header calls it; the head has several parts.
    func name(part: Int) -> String { part == 0 ? rawValue : "\(rawValue).\(part)" }
}
