import Foundation

/// Measures what a bake is worth on frames that it did not use.
///
/// On whole frames where exact ones take seconds; where they take minutes each, on some rays of every frame, which is bounded.
struct BakeFidelity {
    let exact: AcceleratedRenderer
    let subject: RealTimeRenderer
    /// The mouth in the world.
    let mouth: SIMD3<Float>
    let seed: UInt64

    private static let best = 100.0
    /// Rays of a frame that is not rendered whole: over all of it, and again about the mouth.
    private static let rays = 200

    /// - Parameters:
    ///   - pairs: frames that follow each other, all of one camera.
    ///   - done: receives the number of frames after each.
    /// - Throws: `.canceled`.
    func measure(
        _ pairs: [(FrameRequest, FrameRequest)], done: (Int) -> Void, isCanceled: @Sendable () -> Bool
    ) throws -> BakeReport {
        var random = SplitMix(seed: seed)
        var (wholes, mouths): ([Double], [Double]) = ([], [])
        var (change, changes) = (0.0, 0)
        var isWhole = true
        for pair in pairs {
            isWhole = exact.isMarching(pair.0.camera)
            let count = pair.0.camera.width * pair.0.camera.height
            let whole =
                isWhole ? Array(0..<count) : (0..<Self.rays).map { _ in Int.random(in: 0..<count, using: &random) }
            var before: [Int]?
            for frame in [pair.0, pair.1] {
                var crop = mouthPixels(frame)
                if !isWhole {
                    crop = (0..<min(Self.rays, crop.count)).compactMap { _ in crop.randomElement(using: &random) }
                }
                let found = try subject.picture(frame, isCanceled: isCanceled).bytes
                let errors = try errors(of: found, frame, isWhole, whole, crop, isCanceled)
                wholes.append(Self.decibels(errors.whole))
                if !crop.isEmpty { mouths.append(Self.decibels(errors.crop)) }
                if let before {
                    change += zip(errors.whole, before).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
                    changes += errors.whole.count
                }
                before = errors.whole
                done(wholes.count)
            }
        }
        let truth = pairs.first.flatMap { exact.certificate(for: $0.0.camera)?.fidelity } ?? 0
        return BakeReport(
            frames: wholes.count, whole: Self.summary(wholes), mouth: Self.summary(mouths),
            flicker: (change / Double(max(changes, 1))).squareRoot(), truth: truth, seconds: 0,
            raysPerFrame: isWhole ? nil : Self.rays)
    }

    /// Differences of the components of some pixels, in 8-bit steps.
    private func errors(
        of found: [UInt8], _ frame: FrameRequest, _ isWhole: Bool, _ whole: [Int], _ crop: [Int],
        _ isCanceled: @Sendable () -> Bool
    ) throws -> (whole: [Int], crop: [Int]) {
        func components(_ pixels: [Int]) -> [Int] { pixels.flatMap { 3 * $0..<3 * $0 + 3 } }
        guard isWhole else {
            let right = try exact.trace(frame, pixels: whole + crop, isCanceled: isCanceled)
                .flatMap { color in (0..<3).map { Self.byte(color[$0]) } }
            let errors = zip(components(whole + crop), right).map { Int(found[$0]) - Int($1) }
            return (Array(errors.prefix(3 * whole.count)), Array(errors.dropFirst(3 * whole.count)))
        }
        let right = try exact.render(frame, isCanceled: isCanceled).rgb.map(Self.byte)
        let errors = zip(found, right).map { Int($0) - Int($1) }
        return (errors, components(crop).map { errors[$0] })
    }

    private func mouthPixels(_ frame: FrameRequest) -> [Int] {
        guard let box = PictureBox.mouth(mouth, camera: frame.camera, pose: frame.pose) else { return [] }
        return box.rows.flatMap { row in box.columns.map { row * frame.camera.width + $0 } }
    }

    /// As `Picture(_: Frame)` does: clipped, times 255, truncated.
    private static func byte(_ value: Float) -> UInt8 { value > 0 ? (value < 1 ? UInt8(value * 255) : 255) : 0 }

    private static func decibels(_ errors: [Int]) -> Double {
        let square = Double(errors.reduce(0) { $0 + $1 * $1 }) / Double(max(errors.count, 1))
        return square > 0 ? min(best, -10 * log10(square / (255 * 255))) : best
    }

    private static func summary(_ values: [Double]) -> BakeReport.Decibels {
        BakeReport.Decibels(mean: values.reduce(0, +) / Double(max(values.count, 1)), worst: values.min() ?? 0)
    }
}
