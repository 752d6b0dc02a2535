/// Finds the mouth of any avatar: where its head varies most when nothing but the audio code does.
///
/// The head is looked at in a small picture from one camera of the training, under a dozen codes of the avatar's own speech, from
/// ordinary to odd. The most ordinary is traced exactly in half the size, for the surface's depths; all are evaluated close to
/// that surface only. The pixels that vary most and hang together are the mouth; its depth is the median of theirs. That takes
/// five million evaluations at most, ten seconds on two cores for networks of 8 x 256, whatever the avatar.
public struct MouthLocator: Sendable {
    private let avatar: Avatar
    private let fields: FieldPair
    private let sampling: SamplingOptions
    private let pose: Pose
    private let threads: Int
    private let isCanceled: @Sendable () -> Bool

    /// Width of the picture, and of the one that depths are measured in.
    private static let width = 112
    private static let depthWidth = 56
    /// Codes that the head is looked at under.
    private static let codes = 12
    /// Feature rows that codes are chosen from: two minutes of speech.
    private static let rows = 3_000
    /// Samples of a ray near the surface, and the part of the depth range that they span: lips that part show teeth behind.
    private static let samples = 24
    private static let span: Float = 0.08
    /// Share of the head that belongs to what varies most.
    private static let share = 0.03

    /// - Parameter codes: audio codes of speech; nil for those of the avatar's own.
    /// - Returns: the mouth in the scene, on or a little behind the lips. For a head that does not change with the code, or
    ///   that is nowhere opaque: the middle of what the camera sees.
    /// - Throws: `.canceled`; `.unsupported` for networks that cannot be evaluated.
    public static func locate(
        avatar: Avatar, codes: [[Float]]? = nil, threads: Int, isCanceled: @Sendable @escaping () -> Bool = { false }
    ) throws -> SIMD3<Float> {
        let locator = MouthLocator(
            avatar: avatar,
            fields: try FieldPair(avatar.head, avatar.configuration, variant: .best(for: .fast)),
            sampling: SamplingOptions(avatar.configuration), pose: middlePose(of: avatar.trainingTrack),
            threads: max(threads, 1), isCanceled: isCanceled)
        return try locator.locate(codes ?? locator.speech())
    }

    private func locate(_ speech: [[Float]]) throws -> SIMD3<Float> {
        let camera = camera(width: Self.width)
        let rays = CameraRays(camera: camera, pose: pose)
        let codes = Self.various(speech)
        let small = self.camera(width: Self.depthWidth)
        let depths = enlarge(try surface(small, code: codes[0]), from: small, to: camera)
        let head = depths.indices.filter { !depths[$0].isNaN }
        var looks: [[RayResult]] = []
        for code in codes {
            let condition = fields.fine.foldCondition(code)
            looks.append(try look(rays, condition, pixels: head, depths: depths, width: camera.width))
        }
        var variation = [Float](repeating: 0, count: depths.count)
        for (k, pixel) in head.enumerated() { variation[pixel] = Self.deviation(looks.map { $0[k] }) }
        let map = VariationMap(width: camera.width, height: camera.height, values: variation).smoothed()
        guard let region = map.strongestRegion(share: Self.share) else {
            let middle = rays.direction(x: camera.centerX, y: camera.centerY)
            return rays.origin + middle * (sampling.near + sampling.far) / 2
        }
        let known = region.pixels.map { depths[$0] }.filter { !$0.isNaN }.sorted()
        let depth = known.isEmpty ? (sampling.near + sampling.far) / 2 : known[known.count / 2]
        return rays.origin + rays.direction(x: region.center.x, y: region.center.y) * depth
    }

    // MARK: what is looked at

    /// The pose in the middle of a track's: faces are turned least there.
    private static func middlePose(of track: PoseTrack) -> Pose {
        func vector(_ pose: Pose) -> (SIMD3<Float>, SIMD3<Float>) {
            (pose.translation, SIMD3(pose.rotation[2], pose.rotation[5], pose.rotation[8]))
        }
        let count = Float(track.poses.count)
        let mean = track.poses.reduce((SIMD3<Float>(), SIMD3<Float>())) { sum, pose in
            (sum.0 + vector(pose).0 / count, sum.1 + vector(pose).1 / count)
        }
        func distance(_ pose: Pose) -> Float {
            (vector(pose).0 - mean.0).length + (vector(pose).1 - mean.1).length
        }
        return track.poses.min { distance($0) < distance($1) } ?? track.poses[0]
    }

    private func camera(width: Int) -> Camera {
        let own = avatar.camera
        guard width < own.width else { return own }
        let height = (Float(own.height) * Float(width) / Float(own.width)).rounded()
        return own.resized(width: width, height: max(1, min(Int(height), 4 * width)))
    }

    /// Codes of the avatar's own speech; where the folder has none, of the alphabet.
    private func speech() -> [[Float]] {
        let own = avatar.featureFiles.lazy.compactMap { try? SpeechFeatures.read(path: $0) }.first
        let features = own ?? Self.spelling
        let schedule = FrameSchedule(featureCount: min(features.count, Self.rows), poseCount: 1, loop: .hold)
        return avatar.codes(features: features, schedule: schedule)
    }

    /// A few of them, from the most ordinary to the oddest.
    private static func various(_ codes: [[Float]]) -> [[Float]] {
        let mean = codes.dropFirst().reduce(codes[0]) { zip($0, $1).map(+) }.map { $0 / Float(codes.count) }
        let oddness = codes.map { zip($0, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        return FrameChoice.spread(codes.indices.sorted { oddness[$0] < oddness[$1] }, count: Self.codes).map {
            codes[$0]
        }
    }

    /// Logits, as DeepSpeech puts them, of the alphabet spelt out: each character for as long as codes are smoothed.
    private static var spelling: SpeechFeatures {
        let frames = 8
        let values = (0..<SpeechFeatures.characters).flatMap { said in
            (0..<frames * SpeechFeatures.steps).flatMap { _ in
                (0..<SpeechFeatures.characters).map { $0 == said ? Float(10) : -2 }
            }
        }
        return SpeechFeatures(count: SpeechFeatures.characters * frames, values: values)
    }

    // MARK: looking

    /// Depths of the head's surface, `[height, width]`; not a number where it is more transparent than opaque.
    private func surface(_ camera: Camera, code: [Float]) throws -> [Float] {
        let view = FieldView(fields: fields, camera: camera, pose: pose, condition: code)
        let tracer = TwoPassTracer(fields: fields, sampling: sampling)
        let coarseDepths = sampling.coarseDepths
        let batches = (0..<threads).map { _ in RayBatch(capacity: 16, fields: fields, sampling: sampling) }
        let found = FloatBuffer(count: camera.width * camera.height)
        try share(found.count, by: 16) { worker, range in
            let batch = batches[worker]
            batch.count = range.count
            batch.origin = view.rays.origin
            for (ray, pixel) in range.enumerated() {
                batch.directions[ray] = view.rays.direction(
                    x: Float(pixel % camera.width), y: Float(pixel / camera.width))
            }
            tracer.trace(batch, coarseCondition: view.coarseCondition, fineCondition: view.fineCondition)
            for (ray, pixel) in range.enumerated() {
                let (total, isTwoPass) = (sampling.totalSamples, sampling.importanceSamples > 0)
                let weights = (isTwoPass ? batch.weights : batch.coarseWeights).base + ray * total
                var (sum, moment): (Float, Float) = (0, 0)
                for i in 0..<total - 1 {
                    sum += weights[i]
                    moment += weights[i] * (isTwoPass ? batch.depths[ray * total + i] : coarseDepths[i])
                }
                found[pixel] = sum > 0.5 ? moment / sum : .nan
            }
        }
        return (0..<found.count).map { found[$0] }
    }

    /// Each pixel of a larger picture takes the nearest one's depth.
    private func enlarge(_ depths: [Float], from small: Camera, to large: Camera) -> [Float] {
        (0..<large.width * large.height).map { pixel in
            let x = pixel % large.width * small.width / large.width
            let y = pixel / large.width * small.height / large.height
            return depths[y * small.width + x]
        }
    }

    /// What some pixels show under a condition of what lies near the surface.
    private func look(
        _ rays: CameraRays, _ condition: FloatBuffer, pixels: [Int], depths: [Float], width: Int
    ) throws -> [RayResult] {
        let (network, samples, piece) = (fields.fine, Self.samples, 16)
        let step = Self.span * (sampling.far - sampling.near) / Float(samples)
        let places = (0..<threads).map { _ in SampleBuffer(capacity: piece * samples) }
        let folded = (0..<threads).map { _ in FloatBuffer(count: piece * network.rayFloats) }
        let raw = (0..<threads).map { _ in FloatBuffer(count: 4 * (piece * samples + 1)) }
        let scratch = (0..<threads).map { _ in network.makeScratch() }
        let results = ResultBuffer(count: pixels.count)
        try share(pixels.count, by: piece) { worker, range in
            let buffer = places[worker]
            buffer.removeAll()
            for (ray, k) in range.enumerated() {
                let direction = rays.direction(x: Float(pixels[k] % width), y: Float(pixels[k] / width))
                network.foldRay(direction, into: folded[worker].base + ray * network.rayFloats)
                for i in 0..<samples {
                    let depth = depths[pixels[k]] + (Float(i) - Float(samples) / 2) * step
                    buffer.append(rays.origin + direction * depth, ray: ray)
                }
            }
            network.evaluate(
                condition: condition, rays: folded[worker].base, samples: buffer, densityOnly: false,
                raw: raw[worker].base, scratch: scratch[worker])
            for (ray, k) in range.enumerated() {
                results.base[k] = Self.composite(raw[worker].base + 4 * ray * samples, count: samples, step: step)
            }
        }
        return results.array
    }

    private static func composite(_ raw: UnsafePointer<Float>, count: Int, step: Float) -> RayResult {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * (count + 1)) { memory in
            guard let depths = memory.baseAddress else { return RayResult() }
            let weights = depths + count + 1
            // The last one stands for what lies behind.
            for i in 0...count { depths[i] = Float(i) * step }
            VolumeRendering.weights(raw: raw, depths: depths, count: count + 1, scale: 1, into: weights)
            return VolumeRendering.composite(raw: raw, weights: weights, count: count + 1, whiteBackground: false)
        }
    }

    /// Standard deviation of a pixel's colour. What is behind the surface is not known, so where some looks
    /// see through they count as the others' mean: a chin that comes and goes before a neck varies no more than the neck does.
    private static func deviation(_ looks: [RayResult]) -> Float {
        let opacity = looks.reduce(Float(0)) { $0 + 1 - $1.lastWeight }
        let mean = looks.reduce(SIMD3<Float>.zero) { $0 + $1.foreground } / max(opacity, 1e-6)
        let squares = looks.reduce(Float(0)) { sum, look in
            let difference = look.foreground + mean * look.lastWeight - mean
            return sum + (difference * difference).sum()
        }
        return (squares / Float(looks.count)).squareRoot()
    }

    private func share(
        _ count: Int, by piece: Int, _ body: @Sendable (_ worker: Int, _ range: Range<Int>) -> Void
    ) throws {
        Parallel.run(threads: threads, pieces: (count + piece - 1) / piece) { worker, part in
            guard !isCanceled() else { return }
            body(worker, part * piece..<min((part + 1) * piece, count))
        }
        if isCanceled() { throw EngineError(.canceled, "mouth", found: "cancelled") }
    }
}
