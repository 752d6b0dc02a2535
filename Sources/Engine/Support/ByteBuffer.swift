/// A fixed piece of memory for flags, one byte each.
///
/// `@unchecked Sendable`: who shares a buffer between threads gives each its own range or only reads.
final class ByteBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<UInt8>

    /// Zeros.
    init(count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { base.deallocate() }
}
