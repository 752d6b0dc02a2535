import CKernels

extension LatticeMarcher {
    /// Pixel rows that a worker composites at a time.
    private static let band = 16

    /// Composites the slices between the two planes at hand.
    func compositeInterval() {
        guard work.front.count > 0, work.back.count > 0 else { return }
        let kernel = lattice.kernel
        let known = work.known.base
        let (front, back) = (work.front.known.base, work.back.known.base)
        for node in 0..<lattice.nodes { known[node] = front[node] & back[node] }
        adn_dilate(kernel, 1, known, work.border.base, work.scratch.base)
        let step = lattice.planeStep / Float(settings.slices)
        for slice in 0..<settings.slices {
            let t = (Float(slice) + 0.5) / Float(settings.slices)
            adn_mix_planes(
                kernel, work.before.values.base, work.before.known.base, work.front.values.base, work.back.values.base,
                known, work.border.base, t, work.slice.base)
            guard markCells() else { continue }
            compositePixels(step: step)
            adn_attenuate_nodes(kernel, work.slice.base, known, nodeLengths.base, step, transmittance.base)
        }
    }

    private func compositePixels(step: Float) {
        let (kernel, width, height) = (lattice.kernel, lattice.camera.width, lattice.camera.height)
        let (work, lengths, pixels, opaque) = (work, pixelLengths, pixels, settings.opaque)
        Parallel.run(threads: threads, pieces: (height + Self.band - 1) / Self.band) { _, band in
            for y in band * Self.band..<min((band + 1) * Self.band, height) {
                adn_composite_row(
                    kernel, work.slice.base, work.cells.base, Int32(width), Int32(y), lengths.base + y * width, step,
                    opaque, pixels.base + 4 * y * width)
            }
        }
    }

    /// Marks the cells to composite: four known corners, something occupied, and some density within the interpolation's
    /// reach. Returns whether there are any.
    private func markCells() -> Bool {
        let (nodes, columns) = (lattice.nodes, lattice.columns)
        let slice = work.slice.base
        let known = work.known.base
        let dense = work.dense.base
        var any: UInt8 = 0
        for node in 0..<nodes {
            dense[node] = slice[4 * node + 3] > 0 ? known[node] : 0
            any |= dense[node]
        }
        guard any != 0 else { return false }
        let cells = work.cells.base
        let (front, back) = (work.front.occupied.base, work.back.occupied.base)
        guard lattice.spacing > 1 else {
            for node in 0..<nodes { cells[node] = dense[node] & (front[node] | back[node]) }
            return true
        }
        adn_dilate(lattice.kernel, lattice.reach, dense, dense, work.scratch.base)
        for row in 0..<lattice.rows - 1 {
            for column in 0..<columns - 1 {
                let a = row * columns + column
                let (b, c, d) = (a + 1, a + columns, a + columns + 1)
                let corners = known[a] & known[b] & known[c] & known[d]
                let occupied =
                    front[a] | front[b] | front[c] | front[d] | back[a] | back[b] | back[c] | back[d]
                cells[a] = corners & occupied & dense[a]
            }
        }
        return true
    }
}
