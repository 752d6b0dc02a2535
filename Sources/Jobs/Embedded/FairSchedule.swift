import Foundation

/// Decides who gets which item next; pure, the heart of any engine's queue.
///
/// Owners with something to do take turns. Of an owner's jobs, a new one is planned first, as long as only so many are
/// open; else the open jobs take turns, an item each. So every owner has an equal share, and so has each of an owner's
/// open jobs, however long they are; but for the first few items of a newcomer, which come first. Nobody is idle for
/// it: when the open jobs have nothing to do just now, further ones are opened.
package struct FairSchedule: Sendable {
    private struct Work {
        let owner: String
        var need: String?
        /// Descending, so that the next is last.
        var ready: [WorkKind] = []
        var known: Set<WorkKind> = []

        mutating func makeReady(_ kinds: [WorkKind]) {
            ready = (ready + kinds).sorted(by: >)
        }

        mutating func makeReady(_ kind: WorkKind) {
            var (low, high) = (0, ready.count)
            while low < high {
                let middle = (low + high) / 2
                if ready[middle] > kind { low = middle + 1 } else { high = middle }
            }
            ready.insert(kind, at: low)
        }

        /// Makes an item known, and not ready.
        mutating func take(_ kind: WorkKind) {
            known.insert(kind)
            // The next one as a rule.
            if let place = ready.lastIndex(of: kind) { ready.remove(at: place) }
        }
    }

    private struct Share {
        var turns = Turns<JobID>()
        var open: Set<JobID> = []
        /// Jobs of which nothing has been handed out; ascending.
        var waiting: [JobID] = []
    }

    private struct Holding {
        let token: UInt64
        var expiresAt: Date
    }

    private let openJobsPerOwner: Int
    private var works: [JobID: Work] = [:]
    private var shares: [String: Share] = [:]
    private var leases: [WorkItem: Holding] = [:]
    private var delayed: [WorkItem: Date] = [:]
    private var deliveries: [WorkItem: Int] = [:]
    private var interruptions: [WorkItem: Int]
    /// Of owners, also of those who have nothing to do just now.
    private var turns = Turns<String>()
    private var tokens: UInt64 = 0
    private var expiredLeases = 0

    package init(openJobsPerOwner: Int, interruptions: [WorkItem: Int] = [:]) {
        self.openJobsPerOwner = max(1, openJobsPerOwner)
        self.interruptions = interruptions
    }

    package mutating func add(_ kinds: [WorkKind], of job: JobID, owner: String, need: String? = nil) {
        if works[job] == nil {
            works[job] = Work(owner: owner)
            if kinds.contains(.plan) {
                let place = shares[owner, default: Share()].waiting.partition(before: job)
                shares[owner, default: Share()].waiting.insert(job, at: place)
            } else {
                shares[owner, default: Share()].open.insert(job)
            }
        }
        if let need { works[job]!.need = need }
        let new = kinds.filter { works[job]!.known.insert($0).inserted }
        works[job]!.makeReady(new)
    }

    mutating func lease(
        worker: String, now: Date, for duration: Duration, has: (String) -> Bool = { _ in true }
    ) -> Lease? {
        guard let item = next(now: now, has: has) else { return nil }
        tokens += 1
        let expiresAt = now.addingTimeInterval(duration / .seconds(1))
        hold(item, token: tokens, deliveries: (deliveries[item] ?? 0) + 1, until: expiresAt)
        return Lease(
            item: item, worker: worker, token: tokens, deliveries: deliveries[item]!,
            interruptions: interruptions[item] ?? 0, expiresAt: expiresAt)
    }

    /// The item that is to be leased next by a worker that has what some jobs need, if there is one.
    package mutating func next(now: Date, has: (String) -> Bool = { _ in true }) -> WorkItem? {
        wake(now)
        return nextJob(has).map { WorkItem(job: $0.job, kind: works[$0.job]!.ready.last!) }
    }

    /// Notes that somebody has an item of a known job until a time: a new delivery, or the same one again.
    package mutating func hold(_ item: WorkItem, token: UInt64, deliveries count: Int, until expiresAt: Date) {
        guard works[item.job] != nil else { return }
        // Not again when an offer becomes a lease, or when somebody else was quicker.
        if leases[item] == nil { serve(item.job) }
        works[item.job]!.take(item.kind)
        delayed[item] = nil
        leases[item] = Holding(token: token, expiresAt: expiresAt)
        deliveries[item] = count
    }

    /// Notes that an item of a known job is back in the queue, for anybody from a time on.
    package mutating func putBack(_ item: WorkItem, deliveries count: Int, from time: Date?) {
        guard works[item.job] != nil else { return }
        works[item.job]!.take(item.kind)
        leases[item] = nil
        deliveries[item] = count
        delayed[item] = time
        if time == nil { works[item.job]!.makeReady(item.kind) }
    }

    /// Notes that an item is done.
    package mutating func finish(_ item: WorkItem) {
        works[item.job]?.take(item.kind)
        leases[item] = nil
        delayed[item] = nil
        deliveries[item] = nil
        interruptions[item] = nil
        works[item.job]?.known.remove(item.kind)
    }

    mutating func extend(_ lease: Lease, now: Date, for duration: Duration) -> Bool {
        guard holds(lease, now) else { return false }
        leases[lease.item]!.expiresAt = now.addingTimeInterval(duration / .seconds(1))
        return true
    }

    mutating func complete(_ lease: Lease, now: Date) -> Bool {
        guard holds(lease, now) else { return false }
        finish(lease.item)
        return true
    }

    mutating func release(_ lease: Lease, now: Date, delay: Duration, counted: Bool) -> Bool {
        guard holds(lease, now) else { return false }
        let time = delay > .zero ? now.addingTimeInterval(delay / .seconds(1)) : nil
        putBack(lease.item, deliveries: deliveries[lease.item]! - (counted ? 0 : 1), from: time)
        return true
    }

    package mutating func remove(_ job: JobID) {
        guard let work = works.removeValue(forKey: job) else { return }
        for kind in work.known {
            let item = WorkItem(job: job, kind: kind)
            leases[item] = nil
            delayed[item] = nil
            deliveries[item] = nil
            interruptions[item] = nil
        }
        shares[work.owner]!.open.remove(job)
        shares[work.owner]!.turns.forget(job)
        shares[work.owner]!.waiting.removeAll { $0 == job }
        if shares[work.owner]!.open.isEmpty && shares[work.owner]!.waiting.isEmpty { shares[work.owner] = nil }
    }

    package var statistics: QueueStatistics {
        QueueStatistics(
            waiting: works.values.reduce(0) { $0 + $1.ready.count } + delayed.count, leased: leases.count,
            expiredLeases: expiredLeases)
    }

    /// Counts a delivery of one of a job's items, and opens the job.
    private mutating func serve(_ job: JobID) {
        let owner = works[job]!.owner
        turns.serve(owner)
        shares[owner]!.turns.serve(job)
        if let place = shares[owner]!.waiting.firstIndex(of: job) {
            shares[owner]!.waiting.remove(at: place)
            shares[owner]!.open.insert(job)
        }
    }

    private func holds(_ lease: Lease, _ now: Date) -> Bool {
        guard let holding = leases[lease.item] else { return false }
        return holding.token == lease.token && now < holding.expiresAt
    }

    /// Makes ready what was put off until now, and what was leased until now.
    private mutating func wake(_ now: Date) {
        for (item, time) in delayed where time <= now {
            delayed[item] = nil
            works[item.job]?.makeReady(item.kind)
        }
        for (item, holding) in leases where holding.expiresAt <= now {
            leases[item] = nil
            expiredLeases += 1
            works[item.job]?.makeReady(item.kind)
        }
    }

    private func nextJob(_ has: (String) -> Bool) -> (job: JobID, owner: String)? {
        nextJob(openAtMost: openJobsPerOwner, has) ?? nextJob(openAtMost: .max, has)
    }

    private func nextJob(openAtMost limit: Int, _ has: (String) -> Bool) -> (job: JobID, owner: String)? {
        let candidates = shares.compactMap { owner, share in
            next(of: share, openAtMost: limit, has).map { (job: $0, owner: owner, turn: turns.turn(of: owner)) }
        }
        // By name among equals, so that the outcome never depends on hashing.
        let first = candidates.min { ($0.turn, $0.owner) < ($1.turn, $1.owner) }
        return first.map { ($0.job, $0.owner) }
    }

    private func next(of share: Share, openAtMost limit: Int, _ has: (String) -> Bool) -> JobID? {
        func isReady(_ job: JobID) -> Bool {
            guard let work = works[job], !work.ready.isEmpty else { return false }
            return work.need.map(has) ?? true
        }
        if share.open.count < limit, let job = share.waiting.first(where: isReady) { return job }
        return share.open.filter(isReady).min { (share.turns.turn(of: $0), $0) < (share.turns.turn(of: $1), $1) }
    }
}

extension [JobID] {
    /// Where to insert an identifier into an ascending array; at its end as a rule.
    fileprivate func partition(before job: JobID) -> Int {
        (lastIndex { $0 < job } ?? -1) + 1
    }
}
