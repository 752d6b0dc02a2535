/// Renders rays exactly as the release does: coarse samples, importance samples, all of them through the fine network.
///
/// The background takes the last sample's place, so that sample is not evaluated, and the coarse pass needs densities only.
struct TwoPassTracer: Sendable {
    let fields: FieldPair
    let sampling: SamplingOptions
    /// Evaluates also what the picture does not need (coarse colours, last samples), for comparison stage by stage.
    var evaluatesEverything = false

    /// Traces the batch's rays from its origin, directions and backgrounds to its results.
    func trace(_ batch: RayBatch, coarseCondition: FloatBuffer, fineCondition: FloatBuffer) {
        let coarse = sampling.coarseSamples
        let total = sampling.totalSamples
        let coarseDepths = sampling.coarseDepths
        let isTwoPass = sampling.importanceSamples > 0
        let evaluatesCoarseColor = evaluatesEverything || !isTwoPass
        for ray in 0..<batch.count {
            if evaluatesCoarseColor {
                fields.coarse.foldRay(
                    batch.directions[ray], into: batch.coarseRays.base + ray * fields.coarse.rayFloats)
            }
            if isTwoPass {
                fields.fine.foldRay(batch.directions[ray], into: batch.fineRays.base + ray * fields.fine.rayFloats)
            }
        }
        coarseDepths.withUnsafeBufferPointer { depths in
            evaluate(
                batch, network: fields.coarse, condition: coarseCondition, rays: batch.coarseRays,
                scratch: batch.coarseScratch, densityOnly: !evaluatesCoarseColor, count: coarse, into: batch.coarseRaw
            ) { _, i in depths[i] }
            for ray in 0..<batch.count {
                let raw = batch.coarseRaw.base + ray * coarse * 4
                let weights = batch.coarseWeights.base + ray * coarse
                VolumeRendering.weights(
                    raw: raw, depths: depths.baseAddress!, count: coarse, scale: batch.directions[ray].length,
                    into: weights)
                guard isTwoPass else {
                    batch.results[ray] = VolumeRendering.composite(
                        raw: raw, weights: weights, count: coarse, whiteBackground: sampling.whiteBackground)
                    continue
                }
                if evaluatesCoarseColor {
                    batch.coarseColor[ray] = VolumeRendering.composite(
                        raw: raw, weights: weights, count: coarse, whiteBackground: sampling.whiteBackground
                    ).over(batch.backgrounds[ray])
                }
                mergeImportanceSamples(
                    depths: depths.baseAddress!, weights: weights, into: batch.depths.base + ray * total)
            }
        }
        guard isTwoPass else { return }
        let merged = batch.depths.base
        evaluate(
            batch, network: fields.fine, condition: fineCondition, rays: batch.fineRays, scratch: batch.fineScratch,
            densityOnly: false, count: total, into: batch.raw
        ) { ray, i in merged[ray * total + i] }
        for ray in 0..<batch.count {
            let raw = batch.raw.base + ray * total * 4
            let weights = batch.weights.base + ray * total
            VolumeRendering.weights(
                raw: raw, depths: merged + ray * total, count: total, scale: batch.directions[ray].length, into: weights
            )
            batch.results[ray] = VolumeRendering.composite(
                raw: raw, weights: weights, count: total, whiteBackground: sampling.whiteBackground)
        }
    }

    /// Both lists ascend, so a merge sorts them.
    private func mergeImportanceSamples(
        depths: UnsafePointer<Float>, weights: UnsafePointer<Float>, into merged: UnsafeMutablePointer<Float>
    ) {
        let coarse = sampling.coarseSamples
        let extra = sampling.importanceSamples
        withUnsafeTemporaryAllocation(of: Float.self, capacity: extra) { samples in
            VolumeRendering.importanceSamples(
                depths: depths, weights: weights, coarse: coarse, count: extra, into: samples.baseAddress!)
            var i = 0
            var j = 0
            for k in 0..<coarse + extra {
                if j == extra || (i < coarse && depths[i] <= samples[j]) {
                    merged[k] = depths[i]
                    i += 1
                } else {
                    merged[k] = samples[j]
                    j += 1
                }
            }
        }
    }

    /// Raw outputs of `count` samples a ray (the last one left alone), at the depths that `depth(ray, sample)` gives.
    private func evaluate(
        _ batch: RayBatch, network: FaceNeRF, condition: FloatBuffer, rays: FloatBuffer, scratch: FloatBuffer,
        densityOnly: Bool, count: Int, into raw: FloatBuffer, depth: (Int, Int) -> Float
    ) {
        let used = evaluatesEverything ? count : count - 1
        let samples = batch.samples
        samples.removeAll()
        for ray in 0..<batch.count {
            for i in 0..<used {
                samples.append(batch.origin + batch.directions[ray] * depth(ray, i), ray: ray)
            }
        }
        network.evaluate(
            condition: condition, rays: rays.base, samples: samples, densityOnly: densityOnly,
            raw: batch.evaluated.base,
            scratch: scratch)
        for ray in 0..<batch.count {
            (raw.base + ray * count * 4).update(from: batch.evaluated.base + ray * used * 4, count: used * 4)
        }
    }
}
