/// Rows of floats for the C kernels, allocated once and reused.
///
/// `@unchecked Sendable`: a buffer has one owner at a time. Where one thread leaves a buffer to another it does so
/// through `ChunkExchange`'s lock and does not touch it again.
final class FloatRows: @unchecked Sendable {
    let capacity: Int
    /// Floats from one row to the next.
    let stride: Int
    let base: UnsafeMutablePointer<Float>

    /// A stride for rows of `columns` values that the kernels pass through side by side: odd in cache lines, since
    /// rows a power of two apart evict each other from the first-level cache.
    static func stride(for columns: Int) -> Int {
        ((columns + 15) / 16 | 1) * 16
    }

    /// Rows of zeros.
    init(capacity: Int, stride: Int) {
        self.capacity = capacity
        self.stride = stride
        base = UnsafeMutableRawPointer.allocate(byteCount: capacity * stride * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: capacity * stride)
        base.initialize(repeating: 0, count: capacity * stride)
    }

    deinit { base.deallocate() }

    subscript(row: Int) -> UnsafeMutablePointer<Float> { base + row * stride }
}
