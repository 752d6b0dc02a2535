import CKernels
import Foundation

/// Renders one radiance field of one frame as a continuous integral.
///
/// The networks' encoding bounds how fast the raw field can change, so the field is evaluated on a lattice, nodes some pixels
/// apart on planes of equal depth, and interpolated in between BEFORE relu and sigmoid. Planes go from near to far. A node is
/// evaluated only where the occupancy grid says that there may be something and where some ray near it is not yet opaque.
/// What the importance samples of the two-pass scheme approximate, this integrates directly.
final class LatticeMarcher {
    private let network: FaceNeRF
    private let view: FieldView
    private let camera: Camera
    private let settings: MarchSettings
    private let threads: Int
    private let lattice: adn_lattice
    private let columns: Int
    private let rows: Int
    private let nodes: Int
    private let planes: Int
    private let near: Float
    private let planeStep: Float
    private let reach: Int32

    /// Evaluations made, for reports.
    private(set) var evaluations = 0

    init(
        view: FieldView, camera: Camera, near: Float, far: Float, settings: MarchSettings, shortestWave: Float,
        threads: Int
    ) {
        network = view.fields.fine
        self.view = view
        self.camera = camera
        self.settings = settings
        self.threads = threads
        self.near = near
        planes = max(2, Int(((far - near) / (settings.planeSpacing * shortestWave)).rounded(.up)) + 1)
        planeStep = (far - near) / Float(planes - 1)
        // A pixel's footprint in the middle of the depth range.
        let footprint = 0.5 * (near + far) / camera.focal
        let spacing = min(max(1, Int((settings.nodeSpacing * shortestWave / footprint).rounded())), 16)
        columns = (camera.width - 1) / spacing + 4
        rows = (camera.height - 1) / spacing + 4
        nodes = columns * rows
        lattice = adn_lattice(
            columns: Int32(columns), rows: Int32(rows), spacing: Int32(spacing))
        reach = spacing == 1 ? 0 : 2
    }

    /// - Parameters:
    ///   - grid: where there may be density.
    ///   - visible: per pixel, how much of this field will be seen; pixels under the opacity limit are left out. Nil: all.
    /// - Returns: one result a pixel, row by row.
    func march(grid: OccupancyGrid, visible: [Float]?, isCanceled: @Sendable () -> Bool) throws -> [RayResult] {
        let occupied = lookUp(grid)
        let state = FloatBuffer(count: camera.width * camera.height * 4)
        let transmittance = FloatBuffer(count: nodes)
        startTransmittance(transmittance, state: state, visible: visible)
        let nodeLengths = FloatBuffer(count: nodes)
        forEachNodeRow { y in
            for x in 0..<self.columns {
                nodeLengths.base[y * self.columns + x] = self.direction(column: x, row: y).length
            }
        }
        let pixelLengths = FloatBuffer(count: camera.width * camera.height)
        let width = camera.width
        Parallel.run(threads: threads, pieces: camera.height) { [view] _, y in
            for x in 0..<width {
                pixelLengths.base[y * width + x] = view.rays.direction(x: Float(x), y: Float(y)).length
            }
        }
        let work = PlaneWork(nodes: nodes, network: network, threads: threads)
        for plane in 0..<planes {
            if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
            evaluatePlane(plane, occupied: occupied, transmittance: transmittance, work: work)
            if plane > 0 {
                compositeInterval(
                    work: work, transmittance: transmittance, nodeLengths: nodeLengths, pixelLengths: pixelLengths,
                    state: state)
            }
            work.advance()
            evaluations = work.evaluations
        }
        return (0..<camera.width * camera.height).map { pixel in
            let s = state.base + 4 * pixel
            return RayResult(foreground: SIMD3(s[0], s[1], s[2]), lastWeight: s[3])
        }
    }

    private func direction(column: Int, row: Int) -> SIMD3<Float> {
        let spacing = Int(lattice.spacing)
        return view.rays.direction(x: Float((column - 1) * spacing), y: Float((row - 1) * spacing))
    }

    private func forEachNodeRow(_ body: (Int) -> Void) { for y in 0..<rows { body(y) } }

    /// `[planes, nodes]`: 1 where a node lies in an occupied cell.
    private func lookUp(_ grid: OccupancyGrid) -> ByteBuffer {
        let occupied = ByteBuffer(count: planes * nodes)
        let (columns, rows, nodes, near, planeStep) = (columns, rows, nodes, near, planeStep)
        let origin = view.rays.origin
        let firsts = (0..<rows).map { direction(column: 0, row: $0) }
        let step = direction(column: 1, row: 0) - direction(column: 0, row: 0)
        grid.occupied.withUnsafeBufferPointer { cells in
            nonisolated(unsafe) let cells = cells.baseAddress
            Parallel.run(threads: threads, pieces: planes) { _, plane in
                let depth = near + Float(plane) * planeStep
                for row in 0..<rows {
                    let out = occupied.base + plane * nodes + row * columns
                    guard let cells else {
                        out.update(repeating: 1, count: columns)
                        continue
                    }
                    grid.look(
                        from: origin + firsts[row] * depth, step: step * depth, count: columns, cells: cells, into: out)
                }
            }
        }
        return occupied
    }

    /// Full transmittance where this field will be seen, none elsewhere.
    private func startTransmittance(_ transmittance: FloatBuffer, state: FloatBuffer, visible: [Float]?) {
        for pixel in 0..<camera.width * camera.height { state.base[4 * pixel + 3] = 1 }
        guard let visible else {
            transmittance.base.update(repeating: 1, count: nodes)
            return
        }
        let spacing = Int(lattice.spacing)
        for y in 0..<camera.height {
            for x in 0..<camera.width where visible[y * camera.width + x] >= settings.opaque {
                transmittance.base[(y / spacing + 1) * columns + x / spacing + 1] = 1
            }
        }
    }

    /// Evaluates the nodes of a plane that are needed and notes which they were.
    private func evaluatePlane(_ plane: Int, occupied: ByteBuffer, transmittance: FloatBuffer, work: PlaneWork) {
        let nodes = nodes
        // Needed: occupied and not hidden. The grid's own margin holds what the interpolation reaches.
        let set = work.set
        let here = occupied.base + plane * nodes
        let limit = settings.opaque
        var any: UInt8 = 0
        for i in 0..<nodes {
            let needed = here[i]
            set.base[i] = needed
            any |= needed
        }
        work.back.occupied.base.update(from: here, count: nodes)
        work.back.count = 0
        guard any != 0 else {
            work.back.known.base.update(repeating: 0, count: nodes)
            return
        }
        for i in 0..<nodes { work.alive.base[i] = transmittance.base[i] > limit ? 1 : 0 }
        if reach > 0 {
            adn_dilate(lattice, reach, work.alive.base, work.alive.base, work.scratch.base)
        }
        let known = work.back.known.base
        for i in 0..<nodes { known[i] = set.base[i] & work.alive.base[i] }
        guard lattice.spacing > 1 else {
            let count = work.gather { known[$0] != 0 }
            work.back.count = count
            evaluate(plane, count: count, work: work)
            return
        }
        // Every other node of every other row first; the nodes between only where these show that they matter.
        let columns = columns
        let first = work.gather { known[$0] != 0 && ($0 % columns) & 1 == 0 && ($0 / columns) & 1 == 0 }
        evaluate(plane, count: first, work: work)
        let second = work.gather { node in
            guard known[node] != 0 else { return false }
            let oddColumn = node % columns & 1
            let oddRow = node / columns & 1
            guard oddColumn + oddRow > 0 else { return false }
            return !fill(
                node, oddColumn, oddRow, known: known, values: work.back.values.base, transmittance: transmittance)
        }
        evaluate(plane, count: second, work: work)
        work.back.count = first + second
    }

    /// Interpolates a node between nodes of the first pass, unless what they show matters too much for that.
    @inline(__always)
    private func fill(
        _ node: Int, _ oddColumn: Int, _ oddRow: Int, known: UnsafePointer<UInt8>, values: UnsafeMutablePointer<Float>,
        transmittance: FloatBuffer
    ) -> Bool {
        var sum = SIMD4<Float>.zero
        var count: Float = 0
        // A node between two is filled along its row or column, one between four along both diagonals.
        let lines =
            oddColumn == 0
            ? (columns, 0) : oddRow == 0 ? (1, 0) : (columns + 1, columns - 1)
        for line in [lines.0, lines.1] where line > 0 {
            let (near, far) = (node - line, node + line)
            let isNearKnown = near >= 0 && known[near] != 0
            let isFarKnown = far < nodes && known[far] != 0
            guard isNearKnown && isFarKnown else {
                // At the border of what is occupied, an empty neighbour is enough.
                guard isNearKnown || isFarKnown else { continue }
                let only = Self.value(values, isNearKnown ? near : far)
                guard only.w <= 0 else { return false }
                sum += only
                count += 1
                continue
            }
            let linear = (Self.value(values, near) + Self.value(values, far)) * 0.5
            let through = max(transmittance.base[near], transmittance.base[far])
            let (nearer, farther) = (node - 3 * line, node + 3 * line)
            guard nearer >= 0, farther < nodes, known[nearer] & known[farther] != 0 else {
                guard opacity(linear.w) * through <= settings.tolerance else { return false }
                sum += linear
                count += 1
                continue
            }
            // What the two nodes farther out change of the guess bounds what is missing from it.
            let cubic = linear * 1.125 - (Self.value(values, nearer) + Self.value(values, farther)) * 0.0625
            let change = cubic - linear
            let color = 0.25 * max(abs(change.x), abs(change.y), abs(change.z)) * opacity(max(cubic.w, linear.w))
            let density = abs(opacity(cubic.w) - opacity(linear.w))
            guard max(color, density) * through <= settings.tolerance else { return false }
            sum += cubic
            count += 1
        }
        guard count > 0 else { return false }
        sum /= count
        for channel in 0..<4 { values[4 * node + channel] = sum[channel] }
        return true
    }

    /// Share of the light that a plane's thickness of a raw density takes away; close to `1 - exp(-x)`, without the exponential.
    @inline(__always)
    private func opacity(_ density: Float) -> Float {
        let x = max(density, 0) * planeStep
        return x / (1 + x)
    }

    @inline(__always)
    private static func value(_ values: UnsafeMutablePointer<Float>, _ node: Int) -> SIMD4<Float> {
        UnsafeRawPointer(values + 4 * node).loadUnaligned(as: SIMD4<Float>.self)
    }

    private func evaluate(_ plane: Int, count: Int, work: PlaneWork) {
        work.evaluations += count
        let depth = near + Float(plane) * planeStep
        // As many pieces as threads, or a multiple: all threads are done at about the same time.
        let rounds = (count + threads * PlaneWork.samplesAtOnce - 1) / (threads * PlaneWork.samplesAtOnce)
        let piece = max(1, (count + threads * rounds - 1) / max(threads * rounds, 1))
        let values = work.back.values
        let (columns, spacing, rays, network) = (columns, Float(lattice.spacing), view.rays, network)
        let condition = view.fineCondition
        Parallel.run(threads: threads, pieces: (count + piece - 1) / piece) { worker, part in
            let samples = work.samples[worker]
            samples.removeAll()
            let range = part * piece..<min((part + 1) * piece, count)
            for k in range {
                let node = Int(work.list[k])
                let direction = rays.direction(
                    x: Float(node % columns - 1) * spacing, y: Float(node / columns - 1) * spacing)
                work.foldRay(node, direction: direction, network: network)
                samples.append(rays.origin + direction * depth, ray: node)
            }
            let raw = work.raw[worker].base
            network.evaluate(
                condition: condition, rays: work.rays.base, samples: samples, densityOnly: false, raw: raw,
                scratch: work.networkScratch[worker])
            for (i, k) in range.enumerated() {
                (values.base + 4 * Int(work.list[k])).update(from: raw + 4 * i, count: 4)
            }
        }
    }

    /// Composites the slices between the two planes at hand.
    private func compositeInterval(
        work: PlaneWork, transmittance: FloatBuffer, nodeLengths: FloatBuffer, pixelLengths: FloatBuffer,
        state: FloatBuffer
    ) {
        guard work.front.count > 0, work.back.count > 0 else { return }
        let known = work.known.base
        for i in 0..<nodes { known[i] = work.front.known.base[i] & work.back.known.base[i] }
        adn_dilate(lattice, 1, known, work.border.base, work.scratch.base)
        let step = planeStep / Float(settings.slices)
        for slice in 0..<settings.slices {
            let t = (Float(slice) + 0.5) / Float(settings.slices)
            adn_mix_planes(
                lattice, work.before.values.base, work.before.known.base, work.front.values.base, work.back.values.base,
                known, work.border.base,
                t, work.slice.base)
            guard markCells(work) else { continue }
            let (lattice, width, opaque) = (lattice, camera.width, settings.opaque)
            Parallel.run(threads: threads, pieces: (camera.height + 15) / 16) { _, band in
                for y in band * 16..<min(band * 16 + 16, state.count / 4 / width) {
                    adn_composite_row(
                        lattice, work.slice.base, work.cells.base, Int32(width), Int32(y),
                        pixelLengths.base + y * width,
                        step, opaque, state.base + 4 * y * width)
                }
            }
            adn_attenuate_nodes(lattice, work.slice.base, known, nodeLengths.base, step, transmittance.base)
        }
    }

    /// Marks the cells to composite: four known corners, something occupied, and some density within the interpolation's reach.
    private func markCells(_ work: PlaneWork) -> Bool {
        let slice = work.slice.base
        let known = work.known.base
        let dense = work.set.base
        var any: UInt8 = 0
        for i in 0..<nodes {
            dense[i] = slice[4 * i + 3] > 0 ? known[i] : 0
            any |= dense[i]
        }
        guard any != 0 else { return false }
        let cells = work.cells.base
        let front = work.front.occupied.base
        let back = work.back.occupied.base
        guard lattice.spacing > 1 else {
            for i in 0..<nodes { cells[i] = dense[i] & (front[i] | back[i]) }
            return true
        }
        adn_dilate(lattice, reach, dense, dense, work.scratch.base)
        for y in 0..<rows - 1 {
            for x in 0..<columns - 1 {
                let i = y * columns + x
                let corners = known[i] & known[i + 1] & known[i + columns] & known[i + columns + 1]
                let occupied =
                    front[i] | front[i + 1] | front[i + columns] | front[i + columns + 1]
                    | back[i] | back[i + 1] | back[i + columns] | back[i + columns + 1]
                cells[i] = corners & occupied & dense[i]
            }
        }
        return true
    }
}
