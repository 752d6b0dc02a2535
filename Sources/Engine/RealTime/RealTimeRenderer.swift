import CKernels
import Foundation
import Synchronization

/// Renders frames from a baked file, faster than they play.
///
/// What varies from frame to frame is little: the true networks are asked at a few hundred points, which tells the
/// coefficients of everything baked. The head's volume is mixed and marched plane by plane, the torso's picture is mixed, and
/// both are put over the background.
public final class RealTimeRenderer: FrameRenderer, Sendable {
    private let baked: BakedAvatar
    private let threads: Int
    /// Of each of the head's parts.
    private let headBlocks: [adn_blocks]
    /// Pieces of work that each part's blocks are mixed in, and all of them.
    private let headPieces: [Int]
    private let allHeadPieces: Int
    private let torsoBlocks: adn_blocks
    /// Stages that no frame is using.
    private let idle = Mutex<[RealTimeStage]>([])
    private let strange = Atomic<Int>(0)

    /// Pixels in between are interpolated where they cannot be wrong by more, in colour.
    static let tolerance: Float = 0.01
    private static let blocksPerPiece = 128
    /// Density, in 16-bit units of the densest, under which a plane of a block is left out: as for the occupancy of exact
    /// rendering, thinner than this it hides under 1 % of what is behind it.
    private var threshold: Float { ShellFinder.threshold / baked.header.densest * Float(ADN_UNIT) }

    /// Frames so far whose code or pose was so far from everything baked that they were drawn with the nearest that was.
    public var framesOutOfRange: Int { strange.load(ordering: .relaxed) }

    /// - Parameter threads: for one frame.
    public init(_ baked: BakedAvatar, threads: Int) {
        self.baked = baked
        self.threads = max(threads, 1)
        let size = baked.header.grid.size
        let row = 4 * Int(size.x)
        headBlocks = baked.head.map {
            $0.basis.blocks(rowStride: row, planeStride: row * Int(size.y), lift: BakedScale.lift)
        }
        headPieces = baked.head.map { ($0.basis.count + Self.blocksPerPiece - 1) / Self.blocksPerPiece }
        allHeadPieces = headPieces.reduce(0, +)
        let pitch = baked.header.image.pitch
        torsoBlocks = baked.torso.blocks(rowStride: pitch, planeStride: 4 * pitch)
    }

    public func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        let composer = try FrameComposer(request)
        return try draw(request, isCanceled) { stage in
            let count = request.camera.width * request.camera.height
            func results(_ values: FloatBuffer) -> [RayResult] {
                (0..<count).map { i in
                    let v = values.base + 4 * i
                    return RayResult(foreground: SIMD3(v[0], v[1], v[2]), lastWeight: v[3])
                }
            }
            return composer.frame(
                head: results(stage.headPicture), torso: request.headOnly ? nil : results(stage.torsoPicture))
        }
    }

    /// The frame in 8 bits: RGB, or RGBA over a transparent background.
    ///
    /// - Throws: `.canceled`; `.invalidValue` for a background of another size.
    public func picture(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Picture {
        let composer = try FrameComposer(request)
        let (width, height) = (request.camera.width, request.camera.height)
        let channels = request.background == .transparent ? 4 : 3
        let bytes = try [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
            try write(request, composer, into: buffer.baseAddress!, isCanceled)
            count = width * height * channels
        }
        return Picture(width: width, height: height, channels: channels, bytes: bytes)
    }

    /// The frame in 8 bits into memory of the caller's, with no allocation but the background's where that is one colour.
    private func write(
        _ request: FrameRequest, _ composer: FrameComposer, into bytes: UnsafeMutablePointer<UInt8>,
        _ isCanceled: @Sendable () -> Bool
    ) throws {
        let (width, height) = (request.camera.width, request.camera.height)
        let isTransparent = request.background == .transparent
        let channels = isTransparent ? 4 : 3
        let target = SendablePointer(bytes)
        try draw(request, isCanceled) { stage in
            let torso = SendablePointer(request.headOnly ? nil : stage.torsoPicture.base)
            let rows = 16
            func compose(_ background: UnsafePointer<UInt8>?, stride: Int) {
                let background = SendablePointer(UnsafeMutablePointer(mutating: background))
                Parallel.run(threads: threads, pieces: (height + rows - 1) / rows) { _, piece in
                    for y in piece * rows..<min((piece + 1) * rows, height) {
                        let at = y * width
                        adn_compose(
                            stage.headPicture.base + 4 * at, torso.base.map { UnsafePointer($0) + 4 * at },
                            background.base.map { UnsafePointer($0) + 3 * at * stride }, width, isTransparent,
                            target.base! + channels * at)
                    }
                }
            }
            switch request.background {
            case .transparent: compose(nil, stride: 1)
            case .color(let color):
                let line = (0..<3 * width).map { UInt8(min(max(color[$0 % 3], 0), 1) * 255) }
                line.withUnsafeBufferPointer { compose($0.baseAddress, stride: 0) }
            case .picture(let picture):
                precondition(picture.channels == 3, "backgrounds are opaque")
                picture.bytes.withUnsafeBufferPointer { compose($0.baseAddress, stride: 1) }
            }
        }
    }

    /// Fills a stage's pictures of head and torso and hands it to `use`.
    private func draw<Result>(
        _ request: FrameRequest, _ isCanceled: @Sendable () -> Bool, _ use: (RealTimeStage) throws -> Result
    ) throws -> Result {
        if isCanceled() { throw EngineError(.canceled, "render", found: "cancelled") }
        let stage = idle.withLock { $0.popLast() } ?? RealTimeStage(baked, threads: threads)
        defer { idle.withLock { $0.append(stage) } }
        stage.resize(request.camera, planes: baked.header.grid.size.z)
        findCoefficients(request, stage)
        if !request.headOnly { drawTorso(request, stage) }
        drawHead(request, stage)
        return try use(stage)
    }

    // MARK: coefficients

    private func findCoefficients(_ request: FrameRequest, _ stage: RealTimeStage) {
        let header = baked.header
        baked.headNetwork.foldCondition(request.code, into: stage.headCondition)
        if !request.headOnly {
            baked.torsoNetwork.foldCondition(
                request.code.prefix(baked.torsoCodeSize) + PoseSignal.encode(request.pose), into: stage.torsoCondition)
        }
        let torsoCount = request.headOnly ? 0 : baked.torsoProbes.count
        let total = baked.head.reduce(torsoCount) { $0 + $1.solver.positions.count }
        // Pieces as large as the networks' tiles allow, as many for each thread.
        let rounds = max(1, (total + threads * PointEvaluator.batch - 1) / (threads * PointEvaluator.batch))
        let piece = max(1, (total + threads * rounds - 1) / (threads * rounds))
        Parallel.run(threads: threads, pieces: (total + piece - 1) / piece) { worker, share in
            let range = share * piece..<min((share + 1) * piece, total)
            var start = 0
            for (part, memory) in zip(baked.head, stage.head) {
                let count = part.solver.positions.count
                let own = range.clamped(to: start..<start + count)
                if !own.isEmpty {
                    ProbeReading.read(
                        part.solver.positions, own.lowerBound - start..<own.upperBound - start,
                        eye: request.pose.translation, condition: stage.headCondition, densest: header.densest,
                        evaluator: stage.headWorkers[worker], into: memory.probes.base)
                }
                start += count
            }
            let torso = range.clamped(to: start..<start + torsoCount)
            if !torso.isEmpty {
                ProbeReading.read(
                    baked.torsoProbes, torso.lowerBound - start..<torso.upperBound - start,
                    eye: request.torsoPose.translation, condition: stage.torsoCondition, densest: header.densest,
                    evaluator: stage.torsoWorkers[worker], into: stage.torsoInputs.base)
            }
        }
        var isUsual = true
        for (part, memory) in zip(baked.head, stage.head) {
            let misfit = part.solver.solve(memory.probes.base, into: memory.coefficients.base)
            isUsual = isUsual && misfit <= ProbeSolver.strange * part.solver.usualMisfit
        }
        if !request.headOnly {
            TorsoInputs.write(
                request, codeSize: baked.torsoCodeSize, into: stage.torsoInputs.base + 4 * baked.torsoProbes.count)
            let isKnown = baked.regression.evaluate(
                stage.torsoInputs.base, work: stage.features.base, into: stage.torsoCoefficients.base)
            isUsual = isUsual && isKnown
        }
        if !isUsual { strange.add(1, ordering: .relaxed) }
    }

    // MARK: pictures

    private func drawTorso(_ request: FrameRequest, _ stage: RealTimeStage) {
        let header = baked.header
        let image = header.image
        let camera = request.camera
        let settled = stage.torsoIsMixed
        stage.torsoIsMixed = true
        // Blocks row by row of the image, then the picture's rows from them.
        Parallel.run(threads: threads, pieces: image.rows) { _, row in
            var blocks = torsoBlocks
            blocks.settled = settled
            adn_mix_blocks(
                &blocks, row * image.columns, (row + 1) * image.columns, stage.torsoCoefficients.base, stage.torsoImage,
                0, nil, nil)
        }
        let scale = header.focal / camera.focal
        let rows = 16
        Parallel.run(threads: threads, pieces: (camera.height + rows - 1) / rows) { _, piece in
            adn_sample_image(
                stage.torsoImage, Int32(image.width), Int32(image.height), image.pitch, scale,
                header.centerX - camera.centerX * scale, scale, header.centerY - camera.centerY * scale,
                Int32(camera.width), Int32(piece * rows), Int32(min((piece + 1) * rows, camera.height)),
                stage.torsoPicture.base)
        }
    }

    private func drawHead(_ request: FrameRequest, _ stage: RealTimeStage) {
        let header = baked.header
        let volume = header.grid.volume(
            points: stage.points, camera: request.camera, pose: request.pose, near: header.near, far: header.far,
            densityUnit: header.densest)
        let settled = stage.headIsMixed
        stage.headIsMixed = true
        Parallel.run(threads: threads, pieces: allHeadPieces) { _, index in
            var (index, k) = (index, 0)
            while index >= headPieces[k] { (index, k) = (index - headPieces[k], k + 1) }
            let (part, memory) = (baked.head[k], stage.head[k])
            let start = index * Self.blocksPerPiece
            let range = start..<min(start + Self.blocksPerPiece, part.basis.count)
            var blocks = headBlocks[k]
            blocks.settled = settled
            var volume = volume
            adn_find_seen_blocks(&volume, part.corners, range.lowerBound, range.upperBound, memory.seen.base)
            adn_mix_blocks(
                &blocks, range.lowerBound, range.upperBound, memory.coefficients.base, stage.points, threshold,
                memory.seen.base, memory.dense.base)
            adn_splat_blocks(
                &volume, part.corners, memory.dense.base, range.lowerBound, range.upperBound, stage.sets)
        }
        let (across, down) = (adn_tiles(Int32(request.camera.width)), adn_tiles(Int32(request.camera.height)))
        let light = request.headOnly ? nil : UnsafePointer(stage.torsoPicture.base)
        let shown = SendablePointer(light.map { UnsafeMutablePointer(mutating: $0) })
        Parallel.run(threads: threads, pieces: Int(down)) { _, row in
            var volume = volume
            for x in 0..<across {
                adn_march_tile(&volume, stage.sets, x, Int32(row), 2, shown.base, stage.headPicture.base)
            }
        }
        Parallel.run(threads: threads, pieces: Int(down)) { _, row in
            var volume = volume
            for x in 0..<across {
                _ = adn_refine_tile(
                    &volume, stage.sets, x, Int32(row), Self.tolerance, shown.base, stage.headPicture.base)
            }
        }
    }
}

/// A pointer that several workers use, each for its own range.
///
/// `@unchecked Sendable`: see above.
private struct SendablePointer<Value>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Value>?

    init(_ base: UnsafeMutablePointer<Value>?) { self.base = base }
}
