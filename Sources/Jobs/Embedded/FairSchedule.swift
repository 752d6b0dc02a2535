import Foundation

/// Decides who gets which item next; pure, the embedded queue's heart.
///
/// Of all owners with something to do, the one served least recently comes next. Of an owner's jobs, a new one is
/// planned first, as long as only so many are open; else the open job served least recently gets its next item. So
/// every owner has an equal share, and so has each of an owner's open jobs, however long they are. Nobody is idle for
/// it: when the open jobs have nothing to do just now, further ones are opened.
struct FairSchedule {
    private struct Work {
        let owner: String
        /// Descending, so that the next is last.
        var ready: [WorkKind] = []
        var known: Set<WorkKind> = []
        var lastServed = 0

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
    }

    private struct Share {
        var lastServed = 0
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
    private var servings = 0
    private var tokens: UInt64 = 0
    private var expiredLeases = 0

    init(openJobsPerOwner: Int, interruptions: [WorkItem: Int] = [:]) {
        self.openJobsPerOwner = max(1, openJobsPerOwner)
        self.interruptions = interruptions
    }

    mutating func add(_ kinds: [WorkKind], of job: JobID, owner: String) {
        if works[job] == nil {
            works[job] = Work(owner: owner)
            if kinds.contains(.plan) {
                let place = shares[owner, default: Share()].waiting.partition(before: job)
                shares[owner, default: Share()].waiting.insert(job, at: place)
            } else {
                shares[owner, default: Share()].open.insert(job)
            }
        }
        let new = kinds.filter { works[job]!.known.insert($0).inserted }
        works[job]!.makeReady(new)
    }

    mutating func lease(worker: String, now: Date, for duration: Duration) -> Lease? {
        wake(now)
        guard let next = nextJob() else { return nil }
        servings += 1
        tokens += 1
        shares[next.owner]!.lastServed = servings
        if shares[next.owner]!.waiting.first == next.job {
            shares[next.owner]!.waiting.removeFirst()
            shares[next.owner]!.open.insert(next.job)
        }
        works[next.job]!.lastServed = servings
        let item = WorkItem(job: next.job, kind: works[next.job]!.ready.removeLast())
        let expiresAt = now.addingTimeInterval(duration / .seconds(1))
        leases[item] = Holding(token: tokens, expiresAt: expiresAt)
        deliveries[item, default: 0] += 1
        return Lease(
            item: item, worker: worker, token: tokens, deliveries: deliveries[item]!,
            interruptions: interruptions[item] ?? 0, expiresAt: expiresAt)
    }

    mutating func extend(_ lease: Lease, now: Date, for duration: Duration) -> Bool {
        guard holds(lease, now) else { return false }
        leases[lease.item]!.expiresAt = now.addingTimeInterval(duration / .seconds(1))
        return true
    }

    mutating func complete(_ lease: Lease, now: Date) -> Bool {
        guard holds(lease, now) else { return false }
        leases[lease.item] = nil
        deliveries[lease.item] = nil
        interruptions[lease.item] = nil
        works[lease.item.job]?.known.remove(lease.item.kind)
        return true
    }

    mutating func release(_ lease: Lease, now: Date, delay: Duration, counted: Bool) -> Bool {
        guard holds(lease, now) else { return false }
        leases[lease.item] = nil
        if !counted { deliveries[lease.item]! -= 1 }
        if delay > .zero {
            delayed[lease.item] = now.addingTimeInterval(delay / .seconds(1))
        } else {
            works[lease.item.job]?.makeReady(lease.item.kind)
        }
        return true
    }

    mutating func remove(_ job: JobID) {
        guard let work = works.removeValue(forKey: job) else { return }
        for kind in work.known {
            let item = WorkItem(job: job, kind: kind)
            leases[item] = nil
            delayed[item] = nil
            deliveries[item] = nil
            interruptions[item] = nil
        }
        shares[work.owner]!.open.remove(job)
        shares[work.owner]!.waiting.removeAll { $0 == job }
        if shares[work.owner]!.open.isEmpty && shares[work.owner]!.waiting.isEmpty { shares[work.owner] = nil }
    }

    var statistics: QueueStatistics {
        QueueStatistics(
            waiting: works.values.reduce(0) { $0 + $1.ready.count } + delayed.count, leased: leases.count,
            expiredLeases: expiredLeases)
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

    private func nextJob() -> (job: JobID, owner: String)? {
        nextJob(openAtMost: openJobsPerOwner) ?? nextJob(openAtMost: .max)
    }

    private func nextJob(openAtMost limit: Int) -> (job: JobID, owner: String)? {
        let candidates = shares.compactMap { owner, share in
            next(of: share, openAtMost: limit).map { (job: $0, owner: owner, lastServed: share.lastServed) }
        }
        // By name among equals, so that the outcome never depends on hashing.
        let first = candidates.min { ($0.lastServed, $0.owner) < ($1.lastServed, $1.owner) }
        return first.map { ($0.job, $0.owner) }
    }

    private func next(of share: Share, openAtMost limit: Int) -> JobID? {
        if share.open.count < limit, let job = share.waiting.first, works[job]?.ready.isEmpty == false { return job }
        return share.open.lazy.filter { works[$0]?.ready.isEmpty == false }
            .min { (works[$0]!.lastServed, $0) < (works[$1]!.lastServed, $1) }
    }
}

extension [JobID] {
    /// Where to insert an identifier into an ascending array; at its end as a rule.
    fileprivate func partition(before job: JobID) -> Int {
        (lastIndex { $0 < job } ?? -1) + 1
    }
}
