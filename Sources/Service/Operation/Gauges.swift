import HTTPServer
import Jobs
import Metrics

/// What is not counted as it happens but looked up when metrics are asked for.
struct Gauges: Sendable {
    private let metrics: PrometheusMetrics

    init(_ metrics: PrometheusMetrics) {
        self.metrics = metrics
    }

    func refresh(from engine: JobEngine, _ bakery: Bakery) async {
        let (counts, progress) = await Blocking.run { bakery.summary() }
        for name in BakeStatus.names { set("adnerf_avatars", Double(counts[name] ?? 0), [("realtime", name)]) }
        set("adnerf_bake_progress", progress?.fraction ?? 0)
        set("adnerf_bake_seconds_left", progress?.secondsLeft ?? 0)
        total("adnerf_frames_out_of_range_total", bakery.framesOutOfRange)
        guard let statistics = try? await engine.statistics() else { return }
        for phase in JobPhase.allCases {
            set("adnerf_jobs", Double(statistics.jobs[phase] ?? 0), [("status", phase.rawValue)])
        }
        set("adnerf_queue_items", Double(statistics.queue.waiting), [("state", "waiting")])
        set("adnerf_queue_items", Double(statistics.queue.leased), [("state", "leased")])
        set("adnerf_nodes", Double(statistics.nodes))
        set("adnerf_workers", Double(statistics.workers))
        set("adnerf_pool_frames_per_second", statistics.framesPerSecond)
        set("adnerf_jobs_stranded", Double(statistics.stranded))
        total("adnerf_lease_expirations_total", statistics.queue.expiredLeases)
        set("adnerf_data_bytes", Double(statistics.diskBytes))
        set("adnerf_disk_free_bytes", Double(statistics.freeBytes))
        total("adnerf_jobs_submitted_total", statistics.submitted)
        total("adnerf_jobs_ended_total", statistics.completed, [("status", "completed")])
        total("adnerf_jobs_ended_total", statistics.failed, [("status", "failed")])
        total("adnerf_jobs_ended_total", statistics.canceled, [("status", "canceled")])
        total("adnerf_frames_rendered_total", statistics.framesRendered)
        total("adnerf_render_seconds_total", Int(statistics.renderSeconds))
        total("adnerf_work_retries_total", statistics.retries)
        for (reason, count) in statistics.refused { total("adnerf_jobs_refused_total", count, [("reason", reason)]) }
    }

    private func set(_ label: String, _ value: Double, _ dimensions: [(String, String)] = []) {
        metrics.makeMeter(label: label, dimensions: dimensions).set(value)
    }

    /// Brings a counter up to a total that is counted elsewhere.
    private func total(_ label: String, _ value: Int, _ dimensions: [(String, String)] = []) {
        (metrics.makeCounter(label: label, dimensions: dimensions) as? PrometheusCounter)?.raise(to: Int64(value))
    }
}
