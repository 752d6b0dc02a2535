import Foundation
import Logging

/// One worker: an asynchronous loop around a thread for the performer's blocking calls.
struct Worker: Sendable {
    /// An error of the performer's own, apart from those of the stores.
    private struct PerformerError: Error {
        let cause: any Error
    }

    let name: String
    let pool: WorkerPool
    private let thread: BlockingCalls

    private var engine: JobEngine { pool.engine }
    private var backend: JobBackend { pool.engine.backend }
    private var settings: JobEngineSettings { pool.engine.settings }

    init(name: String, pool: WorkerPool) {
        self.name = name
        self.pool = pool
        thread = BlockingCalls(label: "jobs.\(name)", threads: 1)
    }

    func run() async {
        while !pool.isDraining {
            let seen = pool.rings
            do {
                let lease = try await backend.queue.lease(worker: name, for: settings.lease, has: pool.offers.has)
                if let lease {
                    await perform(lease)
                    continue
                }
            } catch {
                engine.logger.error("no work to be had", metadata: ["worker": "\(name)", "error": "\(error)"])
            }
            await pool.rest(since: seen)
        }
    }

    /// Does an item, whatever comes of it.
    private func perform(_ lease: Lease) async {
        let folder = "\(backend.temporaryFolder)/\(name)-\(lease.token)"
        let context = WorkContext(
            job: lease.item.job, kind: lease.item.kind, temporaryFolder: folder, segments: backend.segments,
            blobs: backend.blobs)
        engine.running.begin(context)
        // Set only by now, or `stop` would have reached this context.
        if pool.isStopping { context.cancel() }
        let heart = Task { await beat(lease, context) }
        defer {
            heart.cancel()
            engine.running.end(context)
            Files.removeTree(folder)
        }
        do {
            try await work(lease, context)
            _ = try await backend.queue.complete(lease)
        } catch {
            await settle(error, lease, context)
        }
    }

    private func beat(_ lease: Lease, _ context: WorkContext) async {
        while (try? await engine.clock.sleep(settings.heartbeat)) != nil {
            do {
                guard try await backend.queue.extend(lease, for: settings.lease) else { return context.cancel() }
            } catch {
                engine.logger.warning("heartbeat failed", metadata: ["job": "\(context.job)", "error": "\(error)"])
            }
        }
    }

    private func work(_ lease: Lease, _ context: WorkContext) async throws {
        let id = lease.item.job
        // The queue is only a hint: what has been done, or is no longer wanted, is passed over.
        guard var job = try await backend.store.job(id), !job.phase.isEnded else {
            return try await backend.queue.remove(id)
        }
        if let failure = Settlement.poison(lease, settings: settings) {
            try await engine.apply(.failed(failure), to: id)
            return
        }
        try Files.makeFolder(context.temporaryFolder)
        if job.phase == .queued { job = try await engine.apply(.started, to: id) }
        switch (lease.item.kind, job.state.plan) {
        case (.plan, nil): try await plan(job, context)
        case (.segment(let index), .some(let plan)) where index < plan.segmentCount:
            try await render(job, plan, index, context)
        case (.finish, .some(let plan)) where job.state.committed.count == plan.segmentCount:
            try await finish(job, plan, context)
        default: break
        }
    }

    private func plan(_ job: Job, _ context: WorkContext) async throws {
        let performer = pool.performer
        let plan = try await onThread { try performer.plan(job, context) }
        try await engine.apply(.planned(plan, timings: context.timings), to: job.id)
    }

    /// First the file, then the record, and last, by our caller, the queue: an end between any two loses nothing.
    private func render(_ job: Job, _ plan: JobPlan, _ index: Int, _ context: WorkContext) async throws {
        let frames = plan.frames(ofSegment: index).count
        var seconds = 0.0
        if try await backend.segments.path(job.id, index) == nil {
            let performer = pool.performer
            let path = "\(context.temporaryFolder)/segment"
            let start = engine.clock.now()
            try await onThread { try performer.render(job, plan, segment: index, to: path, context) }
            seconds = max(0, engine.clock.now().timeIntervalSince(start))
            // A file made by work that was told to stop may be incomplete.
            try context.checkCancellation()
            _ = try await backend.segments.commit(job.id, index, file: path)
        }
        let event = JobEvent.segmentCommitted(index: index, frames: frames, seconds: seconds, timings: context.timings)
        try await engine.apply(event, to: job.id)
    }

    private func finish(_ job: Job, _ plan: JobPlan, _ context: WorkContext) async throws {
        let performer = pool.performer
        let path = "\(context.temporaryFolder)/artifact"
        let name = try await onThread { try performer.finish(job, plan, to: path, context) }
        try context.checkCancellation()
        let bytes = try await backend.blobs.put(job.id, name, file: path)
        let artifact = JobArtifact(name: name, bytes: bytes)
        try await engine.apply(.finished(artifact, timings: context.timings), to: job.id)
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await thread.run {
            do {
                return try body()
            } catch {
                throw PerformerError(cause: error)
            }
        }
    }

    private func settle(_ error: any Error, _ lease: Lease, _ context: WorkContext) async {
        let id = lease.item.job
        let cause = (error as? PerformerError)?.cause ?? error
        let settlement = Settlement(
            cause, lease, isCanceled: context.isCanceled, isDraining: pool.isStopping, settings: settings)
        do {
            // A file may have been put down just after the files of an ended job were removed.
            guard let job = try await backend.store.job(id), !job.phase.isEnded else {
                try await removeLateFiles(of: id)
                _ = try await backend.queue.complete(lease)
                return
            }
            switch settlement {
            case .drop:
                _ = try await backend.queue.release(lease, delay: .zero, counted: true)
            case .putBack(let delay, let counted):
                if counted {
                    engine.meter.retried()
                    engine.logger.warning(
                        "work put back",
                        metadata: [
                            "job": "\(id)", "item": "\(lease.item.kind)", "error": "\(cause)", "delay": "\(delay)",
                        ])
                }
                _ = try await backend.queue.release(lease, delay: delay, counted: counted)
            case .fail(let failure):
                engine.logger.error(
                    "job failed", metadata: ["job": "\(id)", "item": "\(lease.item.kind)", "reason": "\(failure)"])
                try await engine.apply(.failed(failure), to: id)
            }
        } catch {
            // The lease runs out, and the item comes again.
            engine.logger.error("work not settled", metadata: ["job": "\(id)", "error": "\(error)"])
        }
    }

    private func removeLateFiles(of id: JobID) async throws {
        if let job = try await backend.store.job(id), job.phase == .completed { return }
        try await engine.removeFiles(of: id)
    }
}
