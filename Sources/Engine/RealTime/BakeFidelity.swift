import Foundation

/// Measures what a bake is worth on frames that it did not use.
struct BakeFidelity {
    let exact: AcceleratedRenderer
    let subject: RealTimeRenderer
    /// The mouth in the world.
    let mouth: SIMD3<Float>
    /// PSNR of `exact` against exact rays.
    let truth: Double

    private static let best = 100.0

    /// - Parameter done: receives the number of frames after each.
    /// - Throws: `.canceled`.
    func measure(
        _ pairs: [(FrameRequest, FrameRequest)], done: (Int) -> Void, isCanceled: @Sendable () -> Bool
    ) throws -> BakeReport {
        var wholes: [Double] = []
        var mouths: [Double] = []
        var change = 0.0
        var changes = 0
        for pair in pairs {
            var before: [Int]?
            for frame in [pair.0, pair.1] {
                let right = Self.bytes(try exact.render(frame, isCanceled: isCanceled))
                let found = try subject.picture(frame, isCanceled: isCanceled).bytes
                let errors = zip(found, right).map { Int($0) - Int($1) }
                wholes.append(Self.decibels(errors))
                mouths.append(Self.decibels(Self.crop(errors, about: mouth, frame)))
                if let before {
                    change += zip(errors, before).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
                    changes += errors.count
                }
                before = errors
                done(wholes.count)
            }
        }
        func summary(_ values: [Double]) -> BakeReport.Decibels {
            BakeReport.Decibels(
                mean: values.reduce(0, +) / Double(max(values.count, 1)), worst: values.min() ?? 0)
        }
        return BakeReport(
            frames: wholes.count, whole: summary(wholes), mouth: summary(mouths),
            flicker: (change / Double(max(changes, 1))).squareRoot(), truth: truth, seconds: 0)
    }

    /// As `Picture(_: Frame)` does: clipped, times 255, truncated.
    private static func bytes(_ frame: Frame) -> [UInt8] {
        frame.rgb.map { $0 > 0 ? ($0 < 1 ? UInt8($0 * 255) : 255) : 0 }
    }

    private static func decibels(_ errors: [Int]) -> Double {
        let square = Double(errors.reduce(0) { $0 + $1 * $1 }) / Double(max(errors.count, 1))
        return square > 0 ? min(best, -10 * log10(square / (255 * 255))) : best
    }

    /// The errors in a box about the mouth, 0.23 x 0.195 of the picture's width.
    private static func crop(_ errors: [Int], about mouth: SIMD3<Float>, _ frame: FrameRequest) -> [Int] {
        let camera = frame.camera
        let local = CameraRays(camera: camera, pose: frame.pose).toCamera(mouth)
        let depth = max(-local.z, 1e-6)
        let x = Int(camera.centerX + camera.focal * local.x / depth)
        let y = Int(camera.centerY - camera.focal * local.y / depth)
        let (halfWidth, halfHeight) = (Int(0.115 * Float(camera.width)), Int(0.0975 * Float(camera.width)))
        let columns = (x - halfWidth..<x + halfWidth).clamped(to: 0..<camera.width)
        return (y - halfHeight..<y + halfHeight).clamped(to: 0..<camera.height).flatMap { row in
            errors[3 * (row * camera.width + columns.lowerBound)..<3 * (row * camera.width + columns.upperBound)]
        }
    }
}
