import Engine

/// The one place that chooses the renderer.
enum RendererFactory {
    /// - Parameter isCanceled: asked while the renderer prepares itself, which may take a while.
    static func make(
        _ avatar: Avatar, _ settings: RendererSettings, isCanceled: @escaping @Sendable () -> Bool
    ) throws -> any FrameRenderer {
        throw EngineError(.unsupported, "renderer", found: "no renderer is built in")
    }
}
