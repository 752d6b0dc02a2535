import CKernels

extension LatticeMarcher {
    /// Columns and rows between the nodes of a plane that are evaluated without a guess.
    private static let coarsestStride = 2

    /// Makes the nodes of a plane known that are occupied and not hidden. The occupancy grid's own margin holds what the
    /// interpolation reaches.
    ///
    /// - Parameter occupied: `[nodes]` of this plane.
    func evaluatePlane(_ plane: Int, occupied: UnsafePointer<UInt8>) {
        let nodes = lattice.nodes
        let known = work.back.known.base
        work.back.occupied.base.update(from: occupied, count: nodes)
        work.back.count = 0
        var any: UInt8 = 0
        for node in 0..<nodes { any |= occupied[node] }
        guard any != 0 else {
            known.update(repeating: 0, count: nodes)
            return
        }
        let alive = work.alive.base
        let light = transmittance.base
        let limit = settings.opaque
        for node in 0..<nodes { alive[node] = light[node] > limit ? 1 : 0 }
        adn_dilate(lattice.kernel, lattice.reach, alive, alive, work.scratch.base)
        for node in 0..<nodes { known[node] = occupied[node] & alive[node] }

        let depth = lattice.depth(ofPlane: plane)
        guard lattice.spacing > 1 else {
            work.back.count = work.gather { known[$0] != 0 }
            evaluateListed(work.back.count, depth: depth)
            return
        }
        // A coarse lattice first; from level to level, a node between known ones only if it cannot be told from those.
        let columns = lattice.columns
        var stride = Self.coarsestStride
        var count = work.gather { known[$0] != 0 && $0 % columns % stride == 0 && $0 / columns % stride == 0 }
        evaluateListed(count, depth: depth)
        work.back.count = count
        while stride > 1 {
            let before = stride
            stride /= 2
            let interpolation = NodeInterpolation(
                lattice: lattice, stride: stride, known: known, values: work.back.values.base, transmittance: light,
                tolerance: settings.tolerance)
            count = work.gather { node in
                guard known[node] != 0 else { return false }
                let (column, row) = (node % columns, node / columns)
                guard column % stride == 0, row % stride == 0 else { return false }
                guard column % before != 0 || row % before != 0 else { return false }
                return !interpolation.fill(node)
            }
            evaluateListed(count, depth: depth)
            work.back.count += count
        }
    }

    /// Evaluates the first `count` nodes of the work's list into the plane at the back.
    private func evaluateListed(_ count: Int, depth: Float) {
        evaluations += count
        // As many pieces as threads, or a multiple: all threads are done at about the same time.
        let rounds = max(1, (count + threads * PlaneWork.samplesAtOnce - 1) / (threads * PlaneWork.samplesAtOnce))
        let piece = max(1, (count + threads * rounds - 1) / (threads * rounds))
        let values = work.back.values
        let (lattice, network, condition, work) = (lattice, network, condition, work)
        Parallel.run(threads: threads, pieces: (count + piece - 1) / piece) { worker, part in
            let samples = work.samples[worker]
            samples.removeAll()
            let range = part * piece..<min((part + 1) * piece, count)
            for k in range {
                let node = Int(work.list[k])
                let direction = lattice.direction(column: node % lattice.columns, row: node / lattice.columns)
                work.foldRay(node, direction: direction, network: network)
                samples.append(lattice.rays.origin + direction * depth, ray: node)
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
}
