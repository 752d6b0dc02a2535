/// Anything that turns a request into a frame.
public protocol FrameRenderer: Sendable {
    /// - Parameter isCanceled: asked often (several times a second); true makes the call throw `EngineError` `.canceled`.
    func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame
}
