import Foundation

/// Compositing along a ray (`raw2outputs` of NeRFs/TorsoNeRF/run_nerf.py; paper equation 2) and importance sampling (`sample_pdf`).
enum VolumeRendering {
    /// Length of the last step, which makes the background opaque.
    static let lastStep: Float = 1e10

    /// Raw output to colour.
    @inline(__always)
    static func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }

    /// Weights of `count` samples: `alpha * transmittance`.
    ///
    /// - Parameters:
    ///   - raw: `[count, 4]`; the fourth is the raw density. That of the last sample is never read: its step is endless.
    ///   - depths: `[count]`, ascending.
    ///   - scale: the direction's norm, scene units a unit of depth.
    @inline(__always)
    static func weights(
        raw: UnsafePointer<Float>, depths: UnsafePointer<Float>, count: Int, scale: Float,
        into weights: UnsafeMutablePointer<Float>
    ) {
        var transmittance: Float = 1
        for i in 0..<count - 1 {
            let step = (depths[i + 1] - depths[i]) * scale
            let alpha = 1 - expf(-(max(raw[4 * i + 3], 0) + 1e-6) * step)
            weights[i] = alpha * transmittance
            transmittance *= 1 - alpha + 1e-10
        }
        weights[count - 1] = transmittance
    }

    /// The colour in front of the background, the background's weight and what the weights leave of 1.
    @inline(__always)
    static func composite(
        raw: UnsafePointer<Float>, weights: UnsafePointer<Float>, count: Int, whiteBackground: Bool
    ) -> RayResult {
        var result = RayResult()
        var sum: Float = 0
        for i in 0..<count - 1 {
            let color = SIMD3(sigmoid(raw[4 * i]), sigmoid(raw[4 * i + 1]), sigmoid(raw[4 * i + 2]))
            result.foreground += color * weights[i]
            sum += weights[i]
        }
        result.lastWeight = weights[count - 1]
        if whiteBackground { result.remainder = 1 - (sum + weights[count - 1]) }
        return result
    }

    /// Depths drawn evenly from the cumulative distribution of the coarse weights.
    ///
    /// - Parameters:
    ///   - depths: `[coarse]` depths; bins lie between their midpoints.
    ///   - weights: `[coarse]`; the first and the last are left out, as in the release.
    ///   - into: `[count]` new depths, ascending.
    @inline(__always)
    static func importanceSamples(
        depths: UnsafePointer<Float>, weights: UnsafePointer<Float>, coarse: Int, count: Int,
        into samples: UnsafeMutablePointer<Float>
    ) {
        let bins = coarse - 2
        var sum: Float = 0
        for i in 1...bins { sum += weights[i] + 1e-5 }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: bins + 1) { cumulative in
            cumulative[0] = 0
            for i in 1...bins { cumulative[i] = cumulative[i - 1] + (weights[i] + 1e-5) / sum }
            var above = 0
            for k in 0..<count {
                let u = SamplingOptions.fraction(k, of: count)
                while above <= bins, cumulative[above] <= u { above += 1 }
                let lower = max(above - 1, 0)
                let upper = min(above, bins)
                let start = 0.5 * (depths[lower + 1] + depths[lower])
                let end = 0.5 * (depths[upper + 1] + depths[upper])
                let span = cumulative[upper] - cumulative[lower]
                samples[k] = start + (u - cumulative[lower]) / (span < 1e-5 ? 1 : span) * (end - start)
            }
        }
    }
}
