import CKernels
import Foundation

/// The memory of one frame in the making, kept from frame to frame.
///
/// `@unchecked Sendable`: a stage belongs to one frame at a time, whose workers write parts of their own.
final class RealTimeStage: @unchecked Sendable {
    /// The volume's points, `[planes, height, width, 4]`, densities lifted by `BakedScale.lift`.
    let points: UnsafeMutablePointer<Int16>
    private let volume: LargeMemory
    /// The torso's image, `[8 * rows, 8 * columns, 4]`.
    let torsoImage: UnsafeMutablePointer<Int16>
    /// What a part of the head needs.
    struct Part {
        /// Which planes of each block are dense.
        let dense: ByteBuffer
        /// Which blocks the camera may see.
        let seen: ByteBuffer
        let probes: FloatBuffer
        let coefficients: FloatBuffer
    }

    let head: [Part]
    /// The torso's probes, and what else its coefficients are told from.
    let torsoInputs: FloatBuffer
    let torsoCoefficients: FloatBuffer
    let features: FloatBuffer
    let headWorkers: [PointEvaluator]
    let torsoWorkers: [PointEvaluator]
    let headCondition: FloatBuffer
    let torsoCondition: FloatBuffer

    /// Whether blocks that never vary are in their places.
    var headIsMixed = false
    var torsoIsMixed = false

    /// Memory that depends on the picture's size.
    private(set) var pixels = 0
    private(set) var sets: UnsafeMutablePointer<UInt64>
    private(set) var setWords = 0
    /// `[height, width, 4]` of the head and of the torso.
    private(set) var headPicture = FloatBuffer(count: 0)
    private(set) var torsoPicture = FloatBuffer(count: 0)

    init(_ baked: BakedAvatar, threads: Int) {
        let header = baked.header
        let values = header.grid.values
        // Zeros are empty space.
        volume = LargeMemory(byteCount: values * MemoryLayout<Int16>.stride)
        points = volume.base.bindMemory(to: Int16.self, capacity: values)
        torsoImage = .allocate(capacity: header.image.values)
        torsoImage.initialize(repeating: 0, count: header.image.values)
        head = baked.head.map { part in
            Part(
                dense: ByteBuffer(count: part.basis.count), seen: ByteBuffer(count: part.basis.count),
                probes: FloatBuffer(count: 4 * part.solver.positions.count),
                coefficients: FloatBuffer(count: part.basis.global))
        }
        torsoInputs = FloatBuffer(count: baked.regression.mean.count)
        torsoCoefficients = FloatBuffer(count: baked.torso.global)
        features = FloatBuffer(count: baked.regression.features)
        headWorkers = (0..<threads).map { _ in PointEvaluator(baked.headNetwork) }
        torsoWorkers = (0..<threads).map { _ in PointEvaluator(baked.torsoNetwork) }
        headCondition = FloatBuffer(count: baked.headNetwork.conditionFloats)
        torsoCondition = FloatBuffer(count: baked.torsoNetwork.conditionFloats)
        sets = .allocate(capacity: 1)
        sets.initialize(to: 0)
    }

    deinit {
        torsoImage.deallocate()
        sets.deallocate()
    }

    /// Gets ready for a picture; allocates only where it is of another size than the last.
    func resize(_ camera: Camera, planes: Int32) {
        let words = Int(adn_tiles(Int32(camera.width)) * adn_tiles(Int32(camera.height)) * adn_plane_words(planes))
        if words != setWords {
            sets.deallocate()
            sets = .allocate(capacity: max(words, 1))
            setWords = words
        }
        sets.initialize(repeating: 0, count: max(words, 1))
        if pixels != camera.width * camera.height {
            pixels = camera.width * camera.height
            headPicture = FloatBuffer(count: 4 * pixels)
            torsoPicture = FloatBuffer(count: 4 * pixels)
        }
    }
}
