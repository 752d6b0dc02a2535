import CKernels

/// Evaluates the head at the volume's points for some frames.
struct HeadSnapshots {
    let network: FaceNeRF
    let plan: VolumePlan
    /// Raw density that counts as 1.
    let densest: Float
    let threads: Int

    /// Fills in what the file lacks.
    ///
    /// - Parameter done: receives the number of snapshots after each.
    /// - Throws: `.canceled`.
    func evaluate(
        _ frames: [FrameRequest], into file: SnapshotFile, done: (Int) -> Void, isCanceled: @Sendable () -> Bool
    ) throws {
        let workers = (0..<threads).map { _ in PointEvaluator(network) }
        let piece = 16
        for (index, frame) in frames.enumerated() {
            defer { done(index + 1) }
            if file.isDone(index) { continue }
            let condition = network.foldCondition(frame.code)
            let eye = frame.pose.translation
            Parallel.run(threads: threads, pieces: (plan.blocks.count + piece - 1) / piece) { worker, part in
                guard !isCanceled() else { return }
                let blocks = part * piece..<min((part + 1) * piece, plan.blocks.count)
                evaluate(blocks, condition, eye, file, index, workers[worker])
            }
            if isCanceled() { throw EngineError(.canceled, "bake", found: "cancelled") }
            file.finish(index)
        }
    }

    private func evaluate(
        _ blocks: Range<Int>, _ condition: FloatBuffer, _ eye: SIMD3<Float>, _ file: SnapshotFile, _ snapshot: Int,
        _ evaluator: PointEvaluator
    ) {
        var targets: [UnsafeMutablePointer<Int16>] = []
        targets.reserveCapacity(PointEvaluator.batch)
        func flush() {
            evaluator.evaluate(condition)
            for (k, target) in targets.enumerated() {
                let value = PointEvaluator.baked(evaluator.raw.base + 4 * k, densest: densest) * Float(ADN_UNIT)
                for channel in 0..<4 { target[channel] = Int16(value[channel].rounded()) }
            }
            targets.removeAll(keepingCapacity: true)
            evaluator.begin()
        }
        evaluator.begin()
        for index in blocks {
            let block = plan.blocks[index]
            let values = file.block(index, in: snapshot)
            var bits = block.needed
            while bits != 0 {
                let point = bits.trailingZeroBitCount
                bits &= bits - 1
                evaluator.add(plan.position(point, of: block), from: eye)
                targets.append(values + 4 * point)
                if targets.count == PointEvaluator.batch { flush() }
            }
        }
        if !targets.isEmpty { flush() }
    }
}
