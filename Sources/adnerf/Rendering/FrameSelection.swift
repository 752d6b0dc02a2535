import Engine

/// The frames of a video that are rendered.
struct FrameSelection: Hashable, Sendable {
    /// Ascending.
    let frames: [Int]

    /// - Parameter list: nil for all.
    /// - Throws: `.invalidValue` for a frame past the end.
    init(_ list: FrameList?, of count: Int) throws(EngineError) {
        frames = try list?.indices(frameCount: count) ?? Array(0..<count)
    }

    /// Whether sound can go with the frames: a video of frames picked here and there has none.
    var isContiguous: Bool {
        guard let first = frames.first, let last = frames.last else { return true }
        return last - first + 1 == frames.count
    }
}
