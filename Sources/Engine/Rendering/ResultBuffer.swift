/// Results of many rays, written by several workers.
///
/// `@unchecked Sendable`: each worker writes elements of its own.
final class ResultBuffer: @unchecked Sendable {
    let count: Int
    let base: UnsafeMutablePointer<RayResult>

    /// Rays that met nothing.
    init(count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: RayResult(), count: max(count, 1))
    }

    deinit { base.deallocate() }

    var array: [RayResult] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
