import Engine
import Media

/// A sink that takes frames as pictures, which spares real-time rendering the way by floating-point numbers.
protocol PictureSink: FrameSink {
    /// As the sink's other `write`.
    func write(_ picture: Picture, number: Int) throws(EngineError)
}

extension PictureSink {
    func write(_ frame: Frame, number: Int) throws(EngineError) {
        try write(Picture(frame), number: number)
    }
}
