/// Positions to evaluate a network at, coordinates apart, each with the ray it lies on.
///
/// `@unchecked Sendable`: a buffer belongs to one worker at a time.
final class SampleBuffer: @unchecked Sendable {
    let capacity: Int
    let x: FloatBuffer
    let y: FloatBuffer
    let z: FloatBuffer
    let ray: UnsafeMutablePointer<UInt32>
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        x = FloatBuffer(count: capacity)
        y = FloatBuffer(count: capacity)
        z = FloatBuffer(count: capacity)
        ray = .allocate(capacity: max(capacity, 1))
        ray.initialize(repeating: 0, count: max(capacity, 1))
    }

    deinit { ray.deallocate() }

    func removeAll() { count = 0 }

    func append(_ position: SIMD3<Float>, ray index: Int) {
        precondition(count < capacity, "a sample buffer holds no more than it was made for")
        x.base[count] = position.x
        y.base[count] = position.y
        z.base[count] = position.z
        ray[count] = UInt32(truncatingIfNeeded: index)
        count += 1
    }
}
