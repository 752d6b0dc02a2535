/// A dense array of 32-bit floats in row-major order.
public struct Tensor: Sendable, Equatable {
    /// Extents, outermost first. An empty shape is a scalar.
    public let shape: [Int]
    /// `shape.reduce(1, *)` values.
    public let values: [Float]

    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "a tensor's shape and its values must agree")
        self.shape = shape
        self.values = values
    }
}
