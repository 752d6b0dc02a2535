/// What a frame is composited over.
public enum Background: Sendable, Hashable {
    /// A picture of exactly the frame's size.
    case picture(Picture)
    /// One colour, components in [0, 1].
    case color(SIMD3<Float>)
    /// Nothing: the frame carries its alpha.
    case transparent
}
