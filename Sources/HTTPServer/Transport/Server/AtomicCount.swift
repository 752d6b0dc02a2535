import Synchronization

/// A number that one queue counts and anyone reads.
struct AtomicCount: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    func add(_ count: Int) {
        value.wrappingAdd(count, ordering: .relaxed)
    }

    var now: Int { value.load(ordering: .relaxed) }
}
