import Synchronization

/// Wakes idle workers.
final class WorkBell: Sendable {
    private let rings = Atomic(0)
    private let sleepers = Broadcast<Void>()

    /// How often it has rung; to be read before looking for work.
    var count: Int { rings.load(ordering: .acquiring) }

    func ring() {
        rings.wrappingAdd(1, ordering: .acquiringAndReleasing)
        sleepers.send(())
    }

    /// Returns once it has rung since the count was `seen`, at the latest after `limit`.
    func wait(since seen: Int, upTo limit: Duration, clock: JobClock) async {
        let stream = sleepers.stream(.bufferingNewest(1))
        guard count == seen else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream { return } }
            group.addTask { try? await clock.sleep(limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
