#if NATS

import Foundation
import Jobs

/// All records in memory, to be searched; pure. The stream is the truth, this follows it.
struct JobIndex: Sendable {
    struct Record: Sendable {
        let sequence: UInt64
        let stored: StoredJob
    }

    private(set) var records: [JobID: Record] = [:]
    /// Ascending.
    private var order: [JobID] = []
    private var unfinishedIDs: Set<JobID> = []
    /// Marks of removals, by key, and when they were seen.
    private(set) var marks: [String: (sequence: UInt64, seenAt: Date)] = [:]
    /// Jobs that are being created here, and count against the limits.
    private var reserved: [JobID: String] = [:]

    // MARK: Following the stream

    /// Takes in an entry of the table.
    ///
    /// - Returns: the change, unless it is no news or no job's.
    mutating func take(_ entry: TableEntry, now: Date) -> JobChange? {
        guard let value = entry.value else { return remove(entry, now: now) }
        guard let id = Self.job(of: entry.key), isNews(entry, id), let stored = try? StoredJob.decode(value) else {
            return nil
        }
        let former = records[id]?.stored
        marks[entry.key] = nil
        if former == nil { order.insert(id, at: place(of: id)) }
        records[id] = Record(sequence: entry.sequence, stored: stored)
        reserved[id] = nil
        if stored.job.phase.isEnded { unfinishedIDs.remove(id) } else { unfinishedIDs.insert(id) }
        // A delivery's attempts are no change of the job.
        return former?.job == stored.job ? nil : .changed(stored.job)
    }

    /// Takes in all entries: what is older and not among them is gone.
    mutating func take(_ entries: [TableEntry], upTo: UInt64, now: Date) -> [JobChange] {
        var changes = entries.compactMap { take($0, now: now) }
        let known = Set(entries.map(\.key))
        for (id, record) in records where record.sequence <= upTo && !known.contains(Self.key(of: id)) {
            drop(id)
            changes.append(.removed(id))
        }
        for (key, mark) in marks where mark.sequence <= upTo && !known.contains(key) { marks[key] = nil }
        return changes
    }

    mutating func forgetMark(_ key: String) { marks[key] = nil }

    // MARK: Limits

    /// Makes room for a job; nil, or the number of jobs that leave none.
    mutating func reserve(_ job: Job, limits: QueueLimits) -> Int? {
        let total = unfinishedIDs.count + reserved.count
        guard total < limits.total else { return total }
        let own =
            unfinishedIDs.count { records[$0]?.stored.job.owner == job.owner }
            + reserved.values.count { $0 == job.owner }
        guard own < limits.perOwner else { return own }
        reserved[job.id] = job.owner
        return nil
    }

    mutating func unreserve(_ id: JobID) { reserved[id] = nil }

    // MARK: Searching

    func jobs(_ filter: JobFilter, after cursor: JobID?, limit: Int) -> [Job] {
        let end = cursor.map { place(of: $0) } ?? order.count
        let matching = order[..<end].reversed().lazy.compactMap { records[$0]?.stored.job }.filter { job in
            (filter.owner == nil || job.owner == filter.owner)
                && (filter.phases.isEmpty || filter.phases.contains(job.phase))
        }
        return Array(matching.prefix(max(0, limit)))
    }

    var unfinished: [Job] { unfinishedIDs.sorted().compactMap { records[$0]?.stored.job } }

    func due(by time: Date, recordRetention: TimeInterval, limit: Int) -> [Job] {
        let due = records.values.compactMap { record -> (time: Date, job: Job)? in
            let job = record.stored.job
            let dueAt = job.state.expiredAt?.addingTimeInterval(recordRetention) ?? job.expiresAt
            return dueAt.flatMap { $0 <= time ? ($0, job) : nil }
        }
        return due.sorted { ($0.time, $0.job.id) < ($1.time, $1.job.id) }.prefix(max(0, limit)).map(\.job)
    }

    func backlog(cappedAt cap: Int) -> Backlog {
        unfinished.reduce(into: Backlog()) { backlog, job in
            backlog.jobs += 1
            if let total = job.state.framesTotal {
                backlog.frames += min(total - job.state.framesDone, cap)
            } else {
                backlog.unplanned += 1
            }
        }
    }

    func queuedBefore(_ id: JobID) -> Int {
        unfinishedIDs.count { $0 < id && records[$0]?.stored.job.phase == .queued }
    }

    var counts: [JobPhase: Int] { records.values.reduce(into: [:]) { $0[$1.stored.job.phase, default: 0] += 1 } }

    // MARK: Deliveries

    /// All of them, the longest due first.
    var deliveries: [Delivery] {
        let all = records.values.lazy.flatMap(\.stored.deliveries)
        return all.sorted { ($0.nextAt, $0.id) < ($1.nextAt, $1.id) }
    }

    /// The job in whose outbox a delivery is.
    func job(ofDelivery id: String) -> JobID? {
        records.first { $0.value.stored.deliveries.contains { $0.id == id } }?.key
    }

    // MARK: Keys

    static func key(of id: JobID) -> String { "job.\(id)" }

    private static func job(of key: String) -> JobID? {
        key.hasPrefix("job.") ? JobID(key.dropFirst(4)) : nil
    }

    private func isNews(_ entry: TableEntry, _ id: JobID) -> Bool {
        entry.sequence > max(records[id]?.sequence ?? 0, marks[entry.key]?.sequence ?? 0)
    }

    private mutating func remove(_ entry: TableEntry, now: Date) -> JobChange? {
        guard entry.sequence > marks[entry.key]?.sequence ?? 0 else { return nil }
        guard let id = Self.job(of: entry.key) else {
            marks[entry.key] = (entry.sequence, now)
            return nil
        }
        guard isNews(entry, id) else { return nil }
        marks[entry.key] = (entry.sequence, now)
        guard records[id] != nil else { return nil }
        drop(id)
        return .removed(id)
    }

    private mutating func drop(_ id: JobID) {
        records[id] = nil
        unfinishedIDs.remove(id)
        let place = place(of: id)
        if place < order.count, order[place] == id { order.remove(at: place) }
    }

    /// Where a job is, or would be.
    private func place(of id: JobID) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

#endif
