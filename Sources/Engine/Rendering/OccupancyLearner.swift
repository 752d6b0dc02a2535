import Foundation

/// Finds out where a radiance field may hold density, by asking it: at random points of every cell, under several conditions.
///
/// First in cells as large as the encoding's shortest wave, then, around what was found, in cells a third of that. A cell is
/// empty only if every question found none there nor in any neighbour.
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

    func learn(isCanceled: @Sendable () -> Bool) throws -> OccupancyGrid {
        var coarse = emptyGrid(cell: shortestWave)
        let seen = visibleCells(of: coarse)
        try ask(&coarse, about: seen, salt: 0, isCanceled: isCanceled)
        let around = coarse.dilated()

        var fine = emptyGrid(cell: shortestWave / 3)
        var doubtful: [UInt32] = []
        var unseen: [Int] = []
        let seenSet = Set(seen)
        for z in 0..<fine.size.z {
            for y in 0..<fine.size.y {
                for x in 0..<fine.size.x {
                    let parent = coarse.index(x / 3, y / 3, z / 3)
                    let index = fine.index(x, y, z)
                    if !seenSet.contains(UInt32(parent)) {
                        unseen.append(index)
                    } else if around.occupied[parent] == 1 {
                        doubtful.append(UInt32(index))
                    }
                }
            }
        }
        try ask(&fine, about: doubtful, salt: 1, isCanceled: isCanceled)
        fine = fine.dilated()
        for index in unseen { fine.occupied[index] = 1 }
        return fine
    }

    /// A grid over the box around everything that the cameras see, all cells empty.
    private func emptyGrid(cell: Float) -> OccupancyGrid {
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
        // Whole coarse cells, so that both levels share their borders.
        let extent = (high - low) / shortestWave
        let coarse = SIMD3<Int32>(extent.rounded(.up)) &+ 1
        let factor = Int32((shortestWave / cell).rounded())
        let size = coarse &* factor
        return OccupancyGrid(
            origin: low - 0.5 * shortestWave, cell: cell, size: size,
            occupied: [UInt8](repeating: 0, count: Int(size.x) * Int(size.y) * Int(size.z)))
    }

    /// Cells whose centre some camera sees, give or take a cell.
    private func visibleCells(of grid: OccupancyGrid) -> [UInt32] {
        let margin = grid.cell
        return (0..<Int(grid.size.z)).flatMap { z in
            var visible: [UInt32] = []
            for y in 0..<Int(grid.size.y) {
                for x in 0..<Int(grid.size.x) {
                    let center = grid.center(Int32(x), Int32(y), Int32(z))
                    if cameras.contains(where: { $0.sees(center, camera: camera, near: near, far: far, margin: margin) }) {
                        visible.append(UInt32(grid.index(Int32(x), Int32(y), Int32(z))))
                    }
                }
            }
            return visible
        }
    }

    /// Marks those of the cells in which density is found.
    private func ask(
        _ grid: inout OccupancyGrid, about cells: [UInt32], salt: UInt64, isCanceled: @Sendable () -> Bool
    ) throws {
        var open = cells
        let piece = 96
        let samples = (0..<threads).map { _ in SampleBuffer(capacity: piece) }
        let raw = (0..<threads).map { _ in FloatBuffer(count: 4 * piece) }
        let scratch = (0..<threads).map { _ in network.makeScratch() }
        let noRays = FloatBuffer(count: network.rayFloats)
        for (round, condition) in conditions.enumerated() {
            if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
            let dense = ByteBuffer(count: open.count)
            let (asked, shape) = (open, grid.shape)
            Parallel.run(threads: threads, pieces: (asked.count + piece - 1) / piece) { worker, part in
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
                for (i, k) in range.enumerated() where raw[worker].base[4 * i + 3] > 0 { dense.base[k] = 1 }
            }
            var rest: [UInt32] = []
            for (k, cell) in open.enumerated() {
                if dense.base[k] == 1 { grid.occupied[Int(cell)] = 1 } else { rest.append(cell) }
            }
            open = rest
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

extension OccupancyGrid {
    /// A grid's geometry without its cells.
    struct Shape: Sendable {
        let origin: SIMD3<Float>
        let cell: Float
        let size: SIMD3<Int32>

        /// The lowest corner of the cell with a flat index.
        func corner(of index: Int) -> SIMD3<Float> {
            let plane = Int(size.x) * Int(size.y)
            return origin + SIMD3(Float(index % Int(size.x)), Float(index % plane / Int(size.x)), Float(index / plane)) * cell
        }
    }

    var shape: Shape { Shape(origin: origin, cell: cell, size: size) }
}
