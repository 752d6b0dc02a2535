import Engine
import Media

/// Renders frames in the 8 bits that videos are encoded from.
public protocol PictureRenderer: FrameRenderer {
    /// Frames so far whose code or pose was beyond what the renderer knows, so that they show the nearest that it does.
    var framesOutOfRange: Int { get }

    /// - Parameter isCanceled: as in `render`.
    func picture(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Picture
}

extension PictureRenderer {
    public var framesOutOfRange: Int { 0 }

    public func picture(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Picture {
        Picture(try render(request, isCanceled: isCanceled))
    }
}

extension ExactRenderer: PictureRenderer {}

extension AcceleratedRenderer: PictureRenderer {}

extension RealTimeRenderer: PictureRenderer {}
