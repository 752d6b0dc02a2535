import Engine

/// How far an avatar is from being rendered in real time.
enum BakeStatus: Hashable, Sendable {
    /// Nobody has asked for it.
    case none
    /// Others are baked first.
    case waiting
    case baking(BakeProgress)
    case ready(BakeReport)
    /// It is baked, and worth less than the operator's floor.
    case refused(BakeReport)
    /// It could not be baked, for this reason.
    case failed(String)

    /// The name that clients see.
    var name: String {
        switch self {
        case .none: "none"
        case .waiting: "waiting"
        case .baking: "baking"
        case .ready: "ready"
        case .refused: "refused"
        case .failed: "failed"
        }
    }

    static let names = ["none", "waiting", "baking", "ready", "refused", "failed"]
}
