import ServiceLifecycle

/// Renders: the workers, the baking of avatars, and the removal of what has expired.
struct WorkService: Service {
    let parts: ServiceParts

    func run() async throws {
        let renders = parts.settings.workers > 0
        if parts.settings.role == .server, renders { parts.previews.prepareAll() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await parts.engine.maintain() }
            group.addTask { await parts.published?.run() }
            if renders {
                group.addTask { await parts.pool.run() }
                group.addTask { await bake() }
            }
            await withGracefulShutdownHandler {
                try? await gracefulShutdown()
            } onGracefulShutdown: {
                parts.previews.stop()
                parts.bakery.stop()
            }
            await parts.pool.drain(deadline: .seconds(parts.settings.drain))
            group.cancelAll()
        }
    }

    private func bake() async {
        let bakery = parts.bakery
        await withTaskCancellationHandler {
            await Blocking.run { bakery.run() }
        } onCancel: {
            bakery.stop()
        }
    }
}
