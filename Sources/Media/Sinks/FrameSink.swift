import Engine

/// Where rendered frames go.
///
/// Frames arrive in order, from one thread at a time. Afterwards either `finish` or `abandon` is called, once.
public protocol FrameSink: Sendable {
    /// - Parameter number: the frame's place in the whole performance, from 0; files are named after it.
    func write(_ frame: Frame, number: Int) throws(EngineError)
    /// Completes the output with the frames written so far, be they all or not.
    func finish() throws(EngineError)
    /// Removes what is not complete.
    func abandon()
}
