import Foundation

/// The encoding of positions, directions and poses: `x, sin x, cos x, sin 2x, cos 2x, ...`, without a factor of pi
/// (`Embedder` in the release's `run_nerf_helpers.py`).
public enum PositionalEncoding {
    /// Values that three coordinates become.
    public static func size(octaves: Int) -> Int { 3 + 6 * octaves }

    /// - Returns: `[3 + 6 * octaves]`, a triple for each function. `sinf` and `cosf` reduce their arguments exactly, and scaling
    ///   by a power of two is exact, so no octave loses accuracy.
    public static func encode(_ x: SIMD3<Float>, octaves: Int) -> [Float] {
        var out: [Float] = []
        out.reserveCapacity(size(octaves: octaves))
        out.append(x)
        var scaled = x
        for _ in 0..<octaves {
            out.append(SIMD3(sin(scaled.x), sin(scaled.y), sin(scaled.z)))
            out.append(SIMD3(cos(scaled.x), cos(scaled.y), cos(scaled.z)))
            scaled *= 2
        }
        return out
    }
}

extension [Float] {
    fileprivate mutating func append(_ triple: SIMD3<Float>) {
        append(triple.x)
        append(triple.y)
        append(triple.z)
    }
}
