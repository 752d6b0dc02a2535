import Foundation

/// Reads the parts of a baked file, none of which it trusts.
struct BakeReader {
    let header: BakeHeader
    /// SHA-256 of the sections, in hexadecimal.
    let digest: String
    private let file: MappedFile
    private let start: Int
    private let end: Int

    /// - Throws: `.malformed`.
    init(_ file: MappedFile) throws(EngineError) {
        self.file = file
        let bytes = file.bytes
        let magic = BakeWriter.magic.count
        guard bytes.count > magic + 4 + 32, Array(bytes[..<magic]) == BakeWriter.magic else {
            throw Self.malformed(file, "another kind of file")
        }
        end = bytes.count - 32
        guard Array(bytes[end...]) == Fingerprint.digest(UnsafeRawBufferPointer(rebasing: bytes[..<end])) else {
            throw Self.malformed(file, "a checksum that does not fit")
        }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: magic, as: UInt32.self)))
        guard length <= end - magic - 4 else { throw Self.malformed(file, "a header that is cut off") }
        let json = Data(bytes[magic + 4..<magic + 4 + length])
        struct Version: Decodable { var version: Int }
        let version = try? JSONDecoder().decode(Version.self, from: json).version
        guard version == BakeHeader.version, let header = try? JSONDecoder().decode(BakeHeader.self, from: json) else {
            throw Self.malformed(file, "version \(version.map(String.init) ?? "unknown") of the format")
        }
        self.header = header
        start = (magic + 4 + length + 63) / 64 * 64
        guard start <= end else { throw Self.malformed(file, "no sections") }
        digest = Fingerprint.hexadecimal(Fingerprint.digest(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
        let (grid, image) = (header.grid, header.image)
        guard grid.size.min() > 0, grid.size.max() <= 1_024, grid.axes.sorted() == [0, 1, 2],
            grid.size % VolumeGrid.block == .zero, grid.spacing.min() > 0, (1...16_384).contains(image.width),
            (1...16_384).contains(image.height), header.densest > 0, header.near >= 0, header.far > header.near
        else { throw malformed("a volume or picture of impossible size") }
    }

    func malformed(_ found: String) -> EngineError { Self.malformed(file, found) }

    private static func malformed(_ file: MappedFile, _ found: String) -> EngineError {
        EngineError(.malformed, file.path, found: found, expected: "a baked avatar", remedy: "run adnerf bake again")
    }

    private func place(_ section: BakeSection, _ part: Int) throws(EngineError) -> Range<Int> {
        guard let place = header.sections[section.name(part: part)], place.offset >= 0, place.bytes >= 0,
            place.offset % 64 == 0,
            place.offset <= end - start, place.bytes <= end - start - place.offset
        else { throw malformed("no section \(section.name(part: part))") }
        return start + place.offset..<start + place.offset + place.bytes
    }

    /// A section's values where they lie.
    func pointer<Value>(
        _ section: BakeSection, part: Int = 0, _: Value.Type, count: Int
    ) throws(EngineError) -> UnsafePointer<Value> {
        let place = try place(section, part)
        guard place.count == count * MemoryLayout<Value>.stride, let base = file.bytes.baseAddress else {
            throw malformed("\(place.count) bytes in section \(section.rawValue)")
        }
        return (base + place.lowerBound).assumingMemoryBound(to: Value.self)
    }

    func values<Value>(_ section: BakeSection, part: Int = 0) throws(EngineError) -> [Value] {
        let place = try place(section, part)
        let stride = MemoryLayout<Value>.stride
        guard place.count % stride == 0, place.count > 0 else {
            throw malformed("\(place.count) bytes in section \(section.rawValue)")
        }
        return Array(
            UnsafeBufferPointer(
                start: try pointer(section, part: part, Value.self, count: place.count / stride),
                count: place.count / stride))
    }

    func floats(_ section: BakeSection, part: Int = 0, count: Int) throws(EngineError) -> [Float] {
        Array(UnsafeBufferPointer(start: try pointer(section, part: part, Float.self, count: count), count: count))
    }

    func points(_ section: BakeSection, part: Int = 0) throws(EngineError) -> [SIMD3<Float>] {
        let numbers: [Float] = try values(section, part: part)
        guard numbers.count % 3 == 0 else { throw malformed("\(numbers.count) coordinates in \(section.rawValue)") }
        return stride(from: 0, to: numbers.count, by: 3).map { SIMD3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
    }

    /// - Parameter original: the avatar's own network, whose shapes it must have.
    func network(
        _ section: BakeSection, like original: [String: Tensor], _ configuration: TrainingConfig
    ) throws(EngineError) -> FaceNeRF {
        let numbers: [Float] = try values(section)
        var tensors: [String: Tensor] = [:]
        var at = 0
        for (name, tensor) in original.sorted(by: { $0.key < $1.key }) {
            let count = tensor.values.count
            guard count <= numbers.count - at else { throw malformed("a network that is cut off") }
            tensors[name] = Tensor(shape: tensor.shape, values: Array(numbers[at..<at + count]))
            at += count
        }
        guard at == numbers.count else { throw malformed("a network with more weights than the avatar's") }
        return try FaceNeRF(
            weights: tensors, octaves: configuration.positionOctaves, directionOctaves: configuration.directionOctaves,
            variant: .best(for: .fast))
    }
}

extension ProbeSolver {
    init(_ reader: BakeReader, part: Int) throws(EngineError) {
        positions = try reader.points(.headProbes, part: part)
        let (rows, global) = (4 * positions.count, reader.header.headGlobal[part])
        mean = try reader.floats(.headProbeMean, part: part, count: rows)
        weight = try reader.floats(.headProbeWeight, part: part, count: rows)
        effect = try reader.floats(.headEffect, part: part, count: rows * global)
        solution = try reader.floats(.headSolution, part: part, count: rows * global)
        range = try reader.floats(.headRange, part: part, count: global)
        usualMisfit = reader.header.usualMisfit[part]
    }
}

extension KernelRegression {
    /// - Parameter inputs: numbers that it is evaluated for.
    init(_ reader: BakeReader, _ header: BakeHeader, inputs: Int) throws(EngineError) {
        let outputs = header.torsoGlobal
        mean = try reader.floats(.torsoInputMean, count: inputs)
        directions = try reader.values(.torsoDirections)
        guard directions.count % inputs == 0 else { throw reader.malformed("directions of other probes") }
        let features = directions.count / inputs
        samples = try reader.values(.torsoSamples)
        guard samples.count % features == 0 else { throw reader.malformed("samples of other features") }
        linear = try reader.floats(.torsoLinear, count: (features + 1) * outputs)
        weights = try reader.floats(.torsoWeights, count: samples.count / features * outputs)
        range = try reader.floats(.torsoRange, count: outputs)
        length = header.kernelLength
        farthest = header.farthest
        leftOut = 0
    }
}
