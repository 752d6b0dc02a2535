import CKernels
import Foundation

/// The scales of baked values.
enum BakedScale {
    /// Optical depth, in a point's spacing along the view, of the densest that is told apart.
    static let opticalDepth: Float = 1.8
    /// How far under zero a raw density may be, as a share of the densest: where surfaces are, it matters.
    static let emptiest: Float = 1.0 / 6
    /// Added to 16-bit densities in memory, so that zeros are the emptiest.
    static let lift = Int32(emptiest * Float(ADN_UNIT))

    /// How opaque a distance between two planes is at most where a point's baked density is `density`.
    static func opacity(_ density: Float) -> Float { 1 - expf(-opticalDepth * max(density, 0)) }
}
