import ServiceLifecycle

/// Renders: the workers, and the removal of what has expired.
struct WorkService: Service {
    let parts: ServiceParts

    func run() async throws {
        parts.previews.prepareAll()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await parts.engine.maintain() }
            group.addTask { await parts.pool.run() }
            await withGracefulShutdownHandler {
                try? await gracefulShutdown()
            } onGracefulShutdown: {
                parts.previews.stop()
            }
            await parts.pool.drain(deadline: .seconds(parts.settings.drain))
            group.cancelAll()
        }
    }
}
