/// The memory of a march through one field: three planes of nodes and each worker's scratch, allocated once a frame.
///
/// `@unchecked Sendable`: workers write only nodes of their own piece and their own scratch; between pieces one thread is alone.
final class PlaneWork: @unchecked Sendable {
    /// Samples a worker gathers before it evaluates them: a few whole tiles.
    static let samplesAtOnce = 96

    /// One plane of nodes.
    struct Plane {
        /// `[nodes, 4]` raw outputs, where known.
        let values: FloatBuffer
        /// 1 where `values` holds something.
        let known: ByteBuffer
        /// 1 where the node lies in an occupied cell.
        let occupied: ByteBuffer
        var count = 0

        init(nodes: Int) {
            values = FloatBuffer(count: 4 * nodes)
            known = ByteBuffer(count: nodes)
            occupied = ByteBuffer(count: nodes)
        }
    }

    /// Three planes in a row, from near to far.
    private(set) var before: Plane
    private(set) var front: Plane
    var back: Plane
    let slice: FloatBuffer
    let known: ByteBuffer
    let border: ByteBuffer
    let alive: ByteBuffer
    let dense: ByteBuffer
    let cells: ByteBuffer
    let scratch: ByteBuffer
    let list: UnsafeMutablePointer<UInt32>
    /// `[nodes, rayFloats]` folded directions of the nodes that were ever evaluated.
    let rays: FloatBuffer
    private let folded: ByteBuffer
    let samples: [SampleBuffer]
    let raw: [FloatBuffer]
    let networkScratch: [FloatBuffer]

    init(nodes: Int, network: FaceNeRF, threads: Int) {
        before = Plane(nodes: nodes)
        front = Plane(nodes: nodes)
        back = Plane(nodes: nodes)
        slice = FloatBuffer(count: 4 * nodes)
        known = ByteBuffer(count: nodes)
        border = ByteBuffer(count: nodes)
        alive = ByteBuffer(count: nodes)
        dense = ByteBuffer(count: nodes)
        cells = ByteBuffer(count: nodes)
        scratch = ByteBuffer(count: nodes)
        folded = ByteBuffer(count: nodes)
        list = .allocate(capacity: max(nodes, 1))
        rays = FloatBuffer(count: nodes * network.rayFloats)
        samples = (0..<threads).map { _ in SampleBuffer(capacity: Self.samplesAtOnce) }
        raw = (0..<threads).map { _ in FloatBuffer(count: 4 * Self.samplesAtOnce) }
        networkScratch = (0..<threads).map { _ in network.makeScratch() }
    }

    deinit { list.deallocate() }

    /// The plane behind becomes the one in front.
    func advance() {
        swap(&before, &back)
        swap(&before, &front)
    }

    /// Lists the nodes that satisfy a condition; returns how many.
    @inline(__always)
    func gather(_ isWanted: (Int) -> Bool) -> Int {
        var count = 0
        for i in 0..<known.count where isWanted(i) {
            list[count] = UInt32(i)
            count += 1
        }
        return count
    }

    /// Folds a node's direction the first time that it is needed. A node is in one piece at a time.
    func foldRay(_ node: Int, direction: SIMD3<Float>, network: FaceNeRF) {
        guard folded.base[node] == 0 else { return }
        folded.base[node] = 1
        network.foldRay(direction, into: rays.base + node * network.rayFloats)
    }
}
