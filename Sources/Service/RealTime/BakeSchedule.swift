import Engine

/// Which avatar is baked when: one at a time, in the order in which they came or were wanted.
///
/// Avatars go by any name that stands for one set of checkpoints.
struct BakeSchedule: Sendable {
    enum State: Hashable, Sendable {
        case none, waiting
        case baking(BakeProgress)
        case failed(String)
    }

    enum Outcome: Hashable, Sendable {
        /// It is baked, or has gone.
        case done
        /// It was stopped, and goes on another time.
        case interrupted
        case failed(String)
    }

    private let mode: BakeMode
    private var waiting: [String] = []
    private var failures: [String: String] = [:]
    private(set) var current: String?
    private var progress = Self.start

    private static let start = BakeProgress(stage: "starting", fraction: 0, secondsLeft: nil)

    init(mode: BakeMode) {
        self.mode = mode
    }

    func state(of avatar: String) -> State {
        if current == avatar { return .baking(progress) }
        if let reason = failures[avatar] { return .failed(reason) }
        return waiting.contains(avatar) ? .waiting : .none
    }

    /// An avatar is there that has no baked file.
    ///
    /// - Returns: whether it was put in the queue.
    mutating func found(_ avatar: String) -> Bool {
        mode == .auto && enqueue(avatar)
    }

    /// A job would like to have such an avatar in real time.
    ///
    /// - Returns: whether it was put in the queue.
    mutating func wanted(_ avatar: String) -> Bool {
        mode != .off && enqueue(avatar)
    }

    /// A baked file has come from elsewhere, or the avatar has gone.
    mutating func settled(_ avatar: String) {
        waiting.removeAll { $0 == avatar }
        failures[avatar] = nil
    }

    /// Begins with the next.
    ///
    /// - Returns: nil if none waits, or one is being baked.
    mutating func begin() -> String? {
        guard current == nil, !waiting.isEmpty else { return nil }
        current = waiting.removeFirst()
        progress = Self.start
        return current
    }

    mutating func progressed(_ progress: BakeProgress) {
        self.progress = progress
    }

    mutating func ended(_ outcome: Outcome) {
        guard let avatar = current else { return }
        current = nil
        switch outcome {
        case .done: settled(avatar)
        case .interrupted: waiting.insert(avatar, at: 0)
        case .failed(let reason): failures[avatar] = reason
        }
    }

    /// What has failed once fails again, so that it is not tried before a restart.
    private mutating func enqueue(_ avatar: String) -> Bool {
        guard state(of: avatar) == .none else { return false }
        waiting.append(avatar)
        return true
    }
}
