/// How an avatar's frames are rendered: what its certificate allows.
public enum RenderStrategy: Sendable, Hashable {
    /// One continuous integral on a lattice, `MarchSettings.ladder[rung]`.
    case march(rung: Int)
    /// Two passes with the fast kernels.
    case fastTwoPass
    /// Two passes in fp32: the exact picture itself.
    case exactTwoPass
}

extension RenderStrategy: CustomStringConvertible {
    public var description: String {
        switch self {
        case .march(let rung): "continuous integral, setting \(rung + 1) of \(MarchSettings.ladder.count)"
        case .fastTwoPass: "two passes, fast kernels"
        case .exactTwoPass: "two passes in fp32"
        }
    }
}

extension RenderStrategy: Codable {
    public init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int.self)
        switch number {
        case MarchSettings.ladder.indices: self = .march(rung: number)
        case -1: self = .fastTwoPass
        default: self = .exactTwoPass
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .march(let rung): try container.encode(rung)
        case .fastTwoPass: try container.encode(-1)
        case .exactTwoPass: try container.encode(-2)
        }
    }
}
