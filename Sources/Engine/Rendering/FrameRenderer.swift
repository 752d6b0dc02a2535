/// Anything that turns a request into a frame.
public protocol FrameRenderer: Sendable {
    /// Gets ready for a video, at best by learning from a few of its frames what may be skipped. Rendering works without.
    ///
    /// - Parameters:
    ///   - samples: some of the frames to come.
    ///   - report: receives a sentence for a person about each step that takes time or decides something.
    func prepare(
        for samples: [FrameRequest], report: (String) -> Void, isCanceled: @Sendable () -> Bool) throws

    /// - Parameter isCanceled: asked often (several times a second); true makes the call throw `EngineError` `.canceled`.
    func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame
}

extension FrameRenderer {
    public func prepare(
        for samples: [FrameRequest], report: (String) -> Void, isCanceled: @Sendable () -> Bool
    ) throws {}
}
