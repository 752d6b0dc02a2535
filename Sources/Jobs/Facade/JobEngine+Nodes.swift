import Foundation

extension JobEngine {
    /// Frames a second of all workers when they are busy; nil before the first segment.
    var poolRate: Double? {
        guard let nodes else { return meter.poolRate }
        let rates = nodes.compactMap { node in node.framesPerSecond.map { $0 * Double(node.workers) } }
        return rates.isEmpty ? nil : rates.reduce(0, +)
    }

    /// How many frames a job has as a rule; nil before the first plan.
    var framesPerJob: Double? {
        guard let nodes else { return meter.framesPerJob }
        let counts = nodes.compactMap(\.framesPerJob)
        return counts.isEmpty ? nil : counts.reduce(0, +) / Double(counts.count)
    }

    /// Why nobody can work on a job; nil as long as somebody can, or where this program is the only one.
    func obstacle(to job: Job) -> JobObstacle? {
        nodes.flatMap { Self.obstacle(to: job, $0) }
    }

    static func obstacle(to job: Job, _ nodes: [Node]) -> JobObstacle? {
        guard !nodes.isEmpty else { return .noWorkers }
        guard let need = job.need, !nodes.contains(where: { $0.offers.contains(need) }) else { return nil }
        return .need(need)
    }

    func countNodes(in statistics: inout JobStatistics) async throws {
        statistics.framesPerSecond = poolRate ?? 0
        guard let nodes else {
            statistics.workers = meter.workers
            statistics.nodes = statistics.workers > 0 ? 1 : 0
            return
        }
        statistics.nodes = nodes.count
        statistics.workers = nodes.reduce(0) { $0 + $1.workers }
        statistics.stranded = try await backend.store.unfinished().count { Self.obstacle(to: $0, nodes) != nil }
    }
}
