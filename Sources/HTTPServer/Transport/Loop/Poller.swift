import CLinux
import Glibc

/// An epoll descriptor, and who waits behind which descriptor.
///
/// A watch is named by its slot and how often that slot was used, so that an event which the kernel reported before a
/// descriptor was closed never reaches whoever has the slot afterwards.
struct Poller: ~Copyable {
    /// Becomes readable when there is an event to collect.
    let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private var slots: [Slot] = []
    private var free: [Int] = []

    /// Events collected at once.
    private static let batch = 256

    private struct Slot {
        var owner: (any LoopMember)?
        var uses: UInt32 = 0
    }

    /// A descriptor's entry.
    struct Watch: Hashable {
        fileprivate let slot: Int32
        fileprivate let uses: UInt32
    }

    init() throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("cannot make an epoll descriptor") }
        events = .allocate(capacity: Self.batch)
    }

    deinit {
        events.deallocate()
        close(descriptor)
    }

    mutating func watch(_ watched: Int32, for interest: Readiness, owner: any LoopMember) throws(SystemError) -> Watch {
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(Slot()) }
        slots[slot].owner = owner
        let watch = Watch(slot: Int32(slot), uses: slots[slot].uses)
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = UInt64(watch.uses) << 32 | UInt64(slot)
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else {
            let error = SystemError("cannot watch a descriptor")
            release(slot)
            throw error
        }
        return watch
    }

    /// To be called before `watched` is closed.
    mutating func forget(_ watch: Watch, descriptor watched: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
        release(Int(watch.slot))
    }

    private mutating func release(_ slot: Int) {
        slots[slot].owner = nil
        slots[slot].uses &+= 1
        free.append(slot)
    }

    /// Who waits behind `watch`; nil if they have left.
    func owner(of watch: Watch) -> (any LoopMember)? {
        let slot = slots[Int(watch.slot)]
        return slot.uses == watch.uses ? slot.owner : nil
    }

    /// Collects what has happened, waiting for it up to `patience` milliseconds.
    ///
    /// - Returns: how many events `event(_:)` can be asked for.
    func collect(patience: Int32) -> Int {
        max(Int(epoll_wait(descriptor, events, Int32(Self.batch), patience)), 0)
    }

    /// One of the events that the last `collect` found; nil if its owner has left since.
    func event(_ index: Int) -> (owner: any LoopMember, readiness: Readiness)? {
        let event = events[index]
        let name = event.data.u64
        let watch = Watch(slot: Int32(truncatingIfNeeded: name), uses: UInt32(truncatingIfNeeded: name >> 32))
        guard let owner = owner(of: watch) else { return nil }
        return (owner, Readiness(rawValue: event.events))
    }
}
