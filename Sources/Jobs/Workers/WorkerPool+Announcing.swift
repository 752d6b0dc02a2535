import Foundation

extension WorkerPool {
    /// Tells the other nodes of this one, and keeps in mind what it has, until the task is cancelled.
    func announce() async {
        guard let nodes = engine.backend.nodes else { return }
        // What is not known yet is not to be had.
        offers.set([])
        let thread = BlockingCalls(label: "jobs.announcing", threads: 1)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        while !Task.isCancelled {
            do {
                let found = try await thread.run { [performer] in performer.offers() }
                offers.set(found)
                guard !isDraining else { break }
                try await nodes.announce(
                    Node(
                        id: engine.settings.node, workers: count, cores: cores,
                        framesPerSecond: engine.meter.workerRate, framesPerJob: engine.meter.framesPerJob,
                        offers: found))
            } catch {
                engine.logger.warning("not announced", metadata: ["error": "\(error)"])
            }
            do { try await engine.clock.sleep(engine.settings.announcement) } catch { break }
        }
        try? await nodes.withdraw(engine.settings.node)
    }
}
