#if NATS

import Foundation
import Jobs

/// The queue as this node knows it, and whom it would serve next; pure.
///
/// Every node follows the same stream, so all of them serve owners and jobs in the same fair order. What one of them
/// hands out is its own only once the stream has taken the lease.
struct WorkMirror: Sendable {
    struct Listing: Sendable {
        let sequence: UInt64
        /// Nil for the mark of a removal, which was seen at that time.
        let record: WorkRecord?
        let seenAt: Date
    }

    struct Tenure: Sendable {
        let sequence: UInt64
        let record: LeaseRecord
    }

    /// An item that is to be leased, if it still is as it was.
    struct Offer: Sendable {
        let item: WorkItem
        /// Nil when nobody has had it.
        let former: Tenure?
    }

    /// How long an offer keeps others of this node from the item.
    private static let offerTime: TimeInterval = 60

    private var schedule: FairSchedule
    private(set) var jobs: [JobID: Listing] = [:]
    private(set) var tenures: [WorkItem: Tenure] = [:]

    init(openJobsPerOwner: Int) { schedule = FairSchedule(openJobsPerOwner: openJobsPerOwner) }

    var statistics: QueueStatistics { schedule.statistics }

    /// Takes in an entry of the table; whether it was news.
    @discardableResult
    mutating func take(_ entry: TableEntry, now: Date) -> Bool {
        switch WorkKey(entry.key) {
        case .job(let id)?: take(job: id, entry, now)
        case .lease(let item)?: take(lease: item, entry, now)
        case nil: false
        }
    }

    /// Takes in what the stream's leader says of an entry after it refused a change of what we knew under `sequence`, even if its
    /// number is lower.
    ///
    /// Numbers should only grow, but three servers of 2.9.10 were seen to disagree on them once a leader was killed: the next one had
    /// the same entries under numbers that were 2 to 10 lower.
    ///
    /// - Returns: whether that was so, and we would have waited in vain for news of the entry.
    mutating func correct(_ entry: TableEntry, insteadOf sequence: UInt64, now: Date) -> Bool {
        guard entry.sequence < sequence else { return false }
        switch WorkKey(entry.key) {
        case .job(let id)?:
            guard let known = jobs[id], known.sequence == sequence else { return false }
            jobs[id] = Listing(sequence: 0, record: known.record, seenAt: known.seenAt)
        case .lease(let item)?:
            guard let known = tenures[item], known.sequence == sequence else { return false }
            tenures[item] = Tenure(sequence: 0, record: known.record)
        case nil: return false
        }
        return take(entry, now: now)
    }

    /// Takes in all entries: what is older and not among them is gone.
    mutating func take(_ entries: [TableEntry], upTo: UInt64, now: Date) {
        let keys = entries.compactMap { entry in WorkKey(entry.key).map { (key: $0, entry: entry) } }
        let known = Set(keys.map(\.key))
        for (id, listing) in jobs where listing.sequence <= upTo && !known.contains(.job(id)) { drop(id) }
        for (item, tenure) in tenures where tenure.sequence <= upTo && !known.contains(.lease(item)) { free(item) }
        // Jobs before their leases, which would not be understood.
        for case (.job(let id), let entry) in keys { _ = take(job: id, entry, now) }
        for case (.lease(let item), let entry) in keys { _ = take(lease: item, entry, now) }
    }

    /// The item that is next, put aside for the caller, who leases it, or settles what came of it.
    mutating func offer(now: Date, has: (String) -> Bool = { _ in true }) -> Offer? {
        guard let item = schedule.next(now: now, has: has) else { return nil }
        let former = tenures[item]
        schedule.hold(
            item, token: 0, deliveries: former?.record.deliveries ?? 0, until: now.addingTimeInterval(Self.offerTime))
        return Offer(item: item, former: former)
    }

    /// Settles an offer that was not taken: the item is as the table has it.
    mutating func withdraw(_ offer: Offer, now: Date) {
        guard tenures[offer.item]?.sequence == offer.former?.sequence else { return }
        schedule.putBack(offer.item, deliveries: offer.former?.record.deliveries ?? 0, from: nil)
    }

    /// Notes that the table has nothing of an item's leases.
    mutating func free(_ item: WorkItem) {
        guard tenures.removeValue(forKey: item) != nil else { return }
        if jobs[item.job]?.record?.contains(item.kind) == true {
            schedule.putBack(item, deliveries: 0, from: nil)
        }
    }

    /// Notes that the table has nothing of a job.
    mutating func forget(_ id: JobID) { drop(id) }

    mutating func forgetMark(_ id: JobID) {
        if let listing = jobs[id], listing.record == nil { jobs[id] = nil }
    }

    private mutating func take(job id: JobID, _ entry: TableEntry, _ now: Date) -> Bool {
        let former = jobs[id]
        guard entry.sequence > former?.sequence ?? 0 else { return false }
        guard let record = entry.value.flatMap({ try? JSONDecoder().decode(WorkRecord.self, from: $0) }) else {
            drop(id)
            jobs[id] = Listing(sequence: entry.sequence, record: nil, seenAt: now)
            return true
        }
        jobs[id] = Listing(sequence: entry.sequence, record: record, seenAt: now)
        let new = record.kinds.filter { former?.record?.contains($0) != true }
        schedule.add(new, of: id, owner: record.owner, need: record.need)
        return true
    }

    private mutating func take(lease item: WorkItem, _ entry: TableEntry, _ now: Date) -> Bool {
        // Leases of a removed job's items may still come in; they mean nothing.
        guard jobs[item.job]?.record != nil,
            entry.sequence > tenures[item]?.sequence ?? 0,
            let record = entry.value.flatMap({ try? JSONDecoder().decode(LeaseRecord.self, from: $0) })
        else { return false }
        tenures[item] = Tenure(sequence: entry.sequence, record: record)
        let time = now.addingTimeInterval(record.seconds)
        switch record.state {
        case .held: schedule.hold(item, token: record.token, deliveries: record.deliveries, until: time)
        case .free: schedule.putBack(item, deliveries: record.deliveries, from: record.seconds > 0 ? time : nil)
        case .done: schedule.finish(item)
        }
        return true
    }

    private mutating func drop(_ id: JobID) {
        jobs[id] = nil
        schedule.remove(id)
        for item in tenures.keys where item.job == id { tenures[item] = nil }
    }
}

#endif
