/// Renders frames from a baked file, faster than they play.
public final class RealTimeRenderer: FrameRenderer, Sendable {
    /// Frames so far whose code or pose was so far from everything baked that they were drawn with the nearest that was.
    public var framesOutOfRange: Int { 0 }

    public init(_ baked: BakedAvatar, threads: Int) throws(EngineError) {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }

    public func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }

    /// The frame in 8 bits.
    public func picture(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Picture {
        throw EngineError(.unsupported, "bake", found: "not there yet")
    }
}
