/// What was learnt about an avatar that saves work: where its fields are empty, and which strategy is faithful at which size.
struct Shortcuts: Sendable, Equatable {
    /// Nil where there is density nearly everywhere.
    var head: OccupancyGrid?
    var torso: OccupancyGrid?
    /// By `key(camera:precision)`.
    var certificates: [String: Certificate] = [:]

    static func key(_ camera: Camera, _ variant: KernelVariant) -> String {
        "\(camera.width)x\(camera.height)@\(camera.focal) \(variant.rawValue)"
    }
}
