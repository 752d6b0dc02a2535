import Engine

/// What a worker must have for a job, as `Job.need` has it.
enum WorkerNeed: Hashable, Sendable {
    /// To plan, and to render exactly.
    case avatar(name: String, fingerprint: String)
    /// To render in real time: all frames of a job come from one file.
    case bake(name: String, fingerprint: String, digest: String)

    static func avatar(_ avatar: Avatar) -> WorkerNeed {
        .avatar(name: avatar.name, fingerprint: avatar.fingerprint)
    }

    static func bake(_ digest: String, of avatar: Avatar) -> WorkerNeed {
        .bake(name: avatar.name, fingerprint: avatar.fingerprint, digest: digest)
    }

    /// Names come last: they may have spaces.
    var text: String {
        switch self {
        case .avatar(let name, let fingerprint): "avatar \(fingerprint) \(name)"
        case .bake(let name, let fingerprint, let digest): "bake \(digest) \(fingerprint) \(name)"
        }
    }
}
