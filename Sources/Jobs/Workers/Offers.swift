import Synchronization

/// What the workers of this program have that jobs may need; everything, until it is set.
final class Offers: Sendable {
    private let known = Mutex<Set<String>?>(nil)

    func set(_ offers: Set<String>) { known.withLock { $0 = offers } }

    @Sendable func has(_ need: String) -> Bool { known.withLock { $0?.contains(need) ?? true } }
}
