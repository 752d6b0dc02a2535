/// A fixed piece of 64-byte aligned memory for floats, allocated once and reused from frame to frame.
///
/// `@unchecked Sendable`: who shares a buffer between threads gives each its own range or only reads.
final class FloatBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    /// Zeros.
    init(count: Int) {
        self.count = count
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    subscript(index: Int) -> Float {
        get { base[index] }
        set { base[index] = newValue }
    }
}
