import Foundation

/// Finds out where a radiance field may hold density, by asking it: at random points of every cell, under several conditions.
///
/// First in cells as large as the encoding's shortest wave, then, around what was found, in cells a third of that. A cell is
/// empty only if no question found density worth the name there or in any neighbour.
struct OccupancyLearner {
    let network: FaceNeRF
    /// Cameras that see the field, with the picture that they take.
    let cameras: [CameraRays]
    let camera: Camera
    let near: Float
    let far: Float
    /// Folded conditions to ask under.
    let conditions: [FloatBuffer]
    /// The encoding's shortest wave, scene units: `2 pi / 2^(octaves - 1)`.
    let shortestWave: Float
    let threads: Int
    /// Chooses the points; the same seed gives the same grid.
    let seed: UInt64

    /// Raw density over which a cell counts as occupied: thinner than this, a cell a third of a wave across hides under 1 % of what is behind it.
    static let threshold: Float = 2
    /// Raw density over which a cell needs no further question.
    private static let certain: Float = 20

    /// Share of what the cameras see over which looking closer is not worth it: there is fog everywhere.
    private static let fog = 0.6

    /// Cells of a third of a wave that the box may have: 256 MB of peaks.
    private static let maximumCells = 1 << 26

    /// - Returns: nil if there is so much density that hardly anything could be skipped, or if the cameras are so far apart that
    ///   the box around what they see has too many cells.
    func learn(isCanceled: @Sendable () -> Bool) throws -> OccupancyGrid? {
        try peaks(isCanceled: isCanceled)?.grid(threshold: Self.threshold)
    }

    /// The highest raw density found in every cell; not a number where no camera sees the cell.
    private func peaks(isCanceled: @Sendable () -> Bool) throws -> DensityPeaks? {
        guard let (low, coarseSize) = box() else { return nil }
        let coarseShape = OccupancyGrid.Shape(origin: low, cell: shortestWave, size: coarseSize)
        var coarse = [Float](repeating: .nan, count: coarseShape.count)
        let seen = visibleCells(of: coarseShape)
        for cell in seen { coarse[Int(cell)] = -.infinity }
        try ask(&coarse, coarseShape, about: seen, salt: 0, isCanceled: isCanceled)
        let dense = seen.count { coarse[Int($0)] > Self.threshold }
        guard Double(dense) < Self.fog * Double(seen.count) else { return nil }
        let around = DensityPeaks(shape: coarseShape, values: coarse).grid(threshold: 0)

        let shape = OccupancyGrid.Shape(origin: low, cell: shortestWave / 3, size: coarseSize &* 3)
        var fine = [Float](repeating: .nan, count: shape.count)
        var doubtful: [UInt32] = []
        var index = 0
        for z in 0..<shape.size.z {
            for y in 0..<shape.size.y {
                for x in 0..<shape.size.x {
                    let parent = coarseShape.index(x / 3, y / 3, z / 3)
                    if !coarse[parent].isNaN {
                        fine[index] = -.infinity
                        if around.occupied[parent] == 1 { doubtful.append(UInt32(index)) }
                    }
                    index += 1
                }
            }
        }
        try ask(&fine, shape, about: doubtful, salt: 1, isCanceled: isCanceled)
        return DensityPeaks(shape: shape, values: fine)
    }

    /// The box around everything that the cameras see: its lowest corner and its size in coarse cells. Nil if it has too many.
    private func box() -> (SIMD3<Float>, SIMD3<Int32>)? {
        var low = SIMD3<Float>(repeating: .infinity)
        var high = -low
        for rays in cameras {
            for x in [0, Float(camera.width - 1)] {
                for y in [0, Float(camera.height - 1)] {
                    for depth in [near, far] {
                        let corner = rays.origin + rays.direction(x: x, y: y) * depth
                        low = pointwiseMin(low, corner)
                        high = pointwiseMax(high, corner)
                    }
                }
            }
        }
        let extent = (high - low) / shortestWave
        let cells = (3 * extent.x + 6) * (3 * extent.y + 6) * (3 * extent.z + 6)
        // Also false where something is not a number.
        guard cells <= Float(Self.maximumCells) else { return nil }
        return (low - 0.5 * shortestWave, SIMD3<Int32>(extent.rounded(.up)) &+ 1)
    }

    /// Cells whose centre some camera sees, give or take a cell.
    private func visibleCells(of grid: OccupancyGrid.Shape) -> [UInt32] {
        let margin = grid.cell
        return (0..<Int(grid.size.z)).flatMap { z in
            var visible: [UInt32] = []
            for y in 0..<Int(grid.size.y) {
                for x in 0..<Int(grid.size.x) {
                    let center = grid.center(Int32(x), Int32(y), Int32(z))
                    if cameras.contains(where: { $0.sees(center, camera: camera, near: near, far: far, margin: margin) }
                    ) {
                        visible.append(UInt32(grid.index(Int32(x), Int32(y), Int32(z))))
                    }
                }
            }
            return visible
        }
    }

    /// Raises the cells' peaks to what is found in them.
    ///
    /// Cells that are certainly dense need no more questions, nor do those that after two rounds have nothing dense near them.
    private func ask(
        _ peaks: inout [Float], _ shape: OccupancyGrid.Shape, about cells: [UInt32], salt: UInt64,
        isCanceled: @Sendable () -> Bool
    ) throws {
        var open = cells
        let piece = 96
        let samples = (0..<threads).map { _ in SampleBuffer(capacity: piece) }
        let raw = (0..<threads).map { _ in FloatBuffer(count: 4 * piece) }
        let scratch = (0..<threads).map { _ in network.makeScratch() }
        let noRays = FloatBuffer(count: network.rayFloats)
        for (round, condition) in conditions.enumerated() {
            let found = FloatBuffer(count: open.count)
            let asked = open
            Parallel.run(threads: threads, pieces: (asked.count + piece - 1) / piece) { worker, part in
                guard !isCanceled() else { return }
                let buffer = samples[worker]
                buffer.removeAll()
                let range = part * piece..<min((part + 1) * piece, asked.count)
                for k in range {
                    var random = SplitMix(seed: seed &+ salt << 56 &+ UInt64(round) << 40 &+ UInt64(asked[k]))
                    let jitter = SIMD3(random.unit(), random.unit(), random.unit())
                    buffer.append(shape.corner(of: Int(asked[k])) + jitter * shape.cell, ray: 0)
                }
                network.evaluate(
                    condition: condition, rays: noRays.base, samples: buffer, densityOnly: true, raw: raw[worker].base,
                    scratch: scratch[worker])
                for (i, k) in range.enumerated() { found.base[k] = raw[worker].base[4 * i + 3] }
            }
            if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
            for (k, cell) in asked.enumerated() { peaks[Int(cell)] = max(peaks[Int(cell)], found.base[k]) }
            open = asked.filter { peaks[Int($0)] < Self.certain }
            if round == 1 {
                let near = DensityPeaks(shape: shape, values: peaks).grid(threshold: 0).dilated()
                open = open.filter { near.occupied[Int($0)] == 1 }
            }
        }
    }
}

extension CameraRays {
    /// Whether a point lies in the picture between near and far, give or take a margin in scene units.
    func sees(_ point: SIMD3<Float>, camera: Camera, near: Float, far: Float, margin: Float) -> Bool {
        let local = toCamera(point)
        let depth = -local.z
        guard depth > near - margin, depth < far + margin else { return false }
        let slack = margin * camera.focal / max(depth, near)
        let x = camera.centerX + camera.focal * local.x / max(depth, near)
        let y = camera.centerY - camera.focal * local.y / max(depth, near)
        return x > -slack && y > -slack && x < Float(camera.width) + slack && y < Float(camera.height) + slack
    }
}
