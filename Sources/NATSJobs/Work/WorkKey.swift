#if NATS

import Jobs

/// The keys of the queue's table: `job.<id>`, and `lease.<id>.<item>`.
enum WorkKey: Hashable {
    case job(JobID)
    case lease(WorkItem)

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let id = JobID(parts[1]) else { return nil }
        switch (parts[0], parts.count) {
        case ("job", 2): self = .job(id)
        case ("lease", 3):
            guard let kind = WorkKind(String(parts[2])) else { return nil }
            self = .lease(WorkItem(job: id, kind: kind))
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .job(let id): "job.\(id)"
        case .lease(let item): "lease.\(item.job).\(item.kind)"
        }
    }
}

#endif
