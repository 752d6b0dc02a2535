/// Renders one radiance field of one frame as a continuous integral.
///
/// The networks' encoding bounds how fast the raw field can change, so the field is evaluated on a lattice, nodes some pixels
/// apart on planes of equal depth, and interpolated in between BEFORE relu and sigmoid. Planes go from near to far. A node is
/// evaluated only where the occupancy grid says that there may be something and where some ray near it is not yet opaque.
/// What the importance samples of the two-pass scheme approximate, this integrates directly.
final class LatticeMarcher {
    let lattice: MarchLattice
    let network: FaceNeRF
    let condition: FloatBuffer
    let settings: MarchSettings
    let threads: Int
    let work: PlaneWork
    /// `[nodes]` of the light on its way through each node.
    let transmittance: FloatBuffer
    /// `[height, width, 4]` colour so far and transmittance of every pixel.
    let pixels: FloatBuffer
    /// Scene units a unit of depth along the rays of the nodes and of the pixels.
    let nodeLengths: FloatBuffer
    let pixelLengths: FloatBuffer

    /// Evaluations made so far.
    var evaluations = 0

    init(
        view: FieldView, camera: Camera, near: Float, far: Float, settings: MarchSettings, shortestWave: Float,
        threads: Int
    ) {
        lattice = MarchLattice(
            camera: camera, rays: view.rays, near: near, far: far, settings: settings, shortestWave: shortestWave)
        network = view.fields.fine
        condition = view.fineCondition
        self.settings = settings
        self.threads = threads
        work = PlaneWork(nodes: lattice.nodes, network: network, threads: threads)
        transmittance = FloatBuffer(count: lattice.nodes)
        nodeLengths = FloatBuffer(count: lattice.nodes)
        for row in 0..<lattice.rows {
            for column in 0..<lattice.columns {
                nodeLengths[row * lattice.columns + column] = lattice.direction(column: column, row: row).length
            }
        }
        pixels = FloatBuffer(count: camera.width * camera.height * 4)
        pixelLengths = FloatBuffer(count: camera.width * camera.height)
        for y in 0..<camera.height {
            for x in 0..<camera.width {
                pixelLengths[y * camera.width + x] = view.rays.direction(x: Float(x), y: Float(y)).length
                pixels[4 * (y * camera.width + x) + 3] = 1
            }
        }
    }

    /// Marches once from near to far.
    ///
    /// - Parameters:
    ///   - grid: where there may be density.
    ///   - visible: per pixel, how much of this field will be seen; pixels under the opacity limit are left out. Nil: all.
    /// - Returns: one result a pixel, row by row.
    /// - Throws: `.canceled`, within a plane.
    func march(grid: OccupancyGrid, visible: [Float]?, isCanceled: @Sendable () -> Bool) throws -> [RayResult] {
        let occupied = lookUp(grid)
        letLightIn(visible)
        for plane in 0..<lattice.planes {
            if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
            evaluatePlane(plane, occupied: occupied.base + plane * lattice.nodes)
            if plane > 0 { compositeInterval() }
            work.advance()
        }
        return (0..<pixelLengths.count).map { pixel in
            let s = pixels.base + 4 * pixel
            return RayResult(foreground: SIMD3(s[0], s[1], s[2]), lastWeight: s[3])
        }
    }

    /// `[planes, nodes]`: 1 where a node lies in an occupied cell.
    private func lookUp(_ grid: OccupancyGrid) -> ByteBuffer {
        let lattice = lattice
        let occupied = ByteBuffer(count: lattice.planes * lattice.nodes)
        let step = lattice.direction(column: 1, row: 0) - lattice.direction(column: 0, row: 0)
        Parallel.run(threads: threads, pieces: lattice.planes) { _, plane in
            let depth = lattice.depth(ofPlane: plane)
            for row in 0..<lattice.rows {
                grid.look(
                    from: lattice.rays.origin + lattice.direction(column: 0, row: row) * depth, step: step * depth,
                    count: lattice.columns, into: occupied.base + plane * lattice.nodes + row * lattice.columns)
            }
        }
        return occupied
    }

    /// Full transmittance where this field will be seen, none elsewhere.
    private func letLightIn(_ visible: [Float]?) {
        guard let visible else {
            transmittance.base.update(repeating: 1, count: lattice.nodes)
            return
        }
        let (width, height) = (lattice.camera.width, lattice.camera.height)
        for y in 0..<height {
            for x in 0..<width where visible[y * width + x] >= settings.opaque {
                transmittance[lattice.node(x: x, y: y)] = 1
            }
        }
    }
}
