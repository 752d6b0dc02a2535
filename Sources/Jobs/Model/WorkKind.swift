/// A piece of a job's work.
public enum WorkKind: Hashable, Sendable, Codable {
    /// Decode the audio, compute its features, and so the number of frames.
    case plan
    /// Render the frames of one segment.
    case segment(Int)
    /// Make the file from the segments.
    case finish
}

extension WorkKind: Comparable {
    /// The order in which a job's items are handed out: a viewer wants the first segments first.
    public static func < (left: WorkKind, right: WorkKind) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .plan: -1
        case .segment(let index): index
        case .finish: .max
        }
    }
}

extension WorkKind: CustomStringConvertible {
    /// `plan`, `finish` or the segment's number.
    public var description: String {
        switch self {
        case .plan: "plan"
        case .segment(let index): String(index)
        case .finish: "finish"
        }
    }

    public init?(_ text: String) {
        switch text {
        case "plan": self = .plan
        case "finish": self = .finish
        default:
            guard let index = Int(text), index >= 0 else { return nil }
            self = .segment(index)
        }
    }
}
