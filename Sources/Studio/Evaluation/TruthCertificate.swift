import Engine
import Foundation

/// Holds the renders that stand for exact ones against exact rays.
public enum TruthCertificate {
    /// Exact rays, at least, over all frames: half of them about the mouth.
    private static let rays = 320

    /// - Returns: the PSNR of the renderer's colours over all rays, dB, at most 100, and how many rays that were.
    /// - Throws: `.canceled`.
    public static func measure(
        _ renderer: any FrameRenderer, against exact: ExactRenderer, frames: [FrameRequest], mouth: SIMD3<Float>,
        seed: UInt64, isCanceled: @Sendable () -> Bool
    ) throws -> (decibels: Double, rays: Int) {
        let rays = (Self.rays + frames.count - 1) / max(frames.count, 1)
        var random = SeededRandom(seed: seed)
        var (sum, count) = (0.0, 0)
        for request in frames {
            let (width, height) = (request.camera.width, request.camera.height)
            let whole = PictureBox(x: 0, y: 0, width: width, height: height)
            let box = PictureBox.mouth(mouth, camera: request.camera, pose: request.pose) ?? whole
            let pixels = (0..<rays).map { k in
                let place = k % 2 == 0 ? box : whole
                let (x, y) = (Int.random(in: place.columns, using: &random), Int.random(in: place.rows, using: &random))
                return y * width + x
            }
            let truth = try exact.render(request, pixels: pixels, isCanceled: isCanceled)
            let frame = try renderer.render(request, isCanceled: isCanceled)
            for (pixel, color) in zip(pixels, truth) {
                for channel in 0..<3 {
                    let shown = min(max(frame.rgb[3 * pixel + channel], 0), 1)
                    sum += pow(Double(shown - min(max(color[channel], 0), 1)), 2)
                }
            }
            count += rays
        }
        return (PictureComparison.decibels(sum / Double(max(3 * count, 1)) * 255 * 255), count)
    }
}
