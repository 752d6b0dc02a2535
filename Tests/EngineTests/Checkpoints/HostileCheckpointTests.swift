import Foundation
import Testing

@testable import Engine

/// Damaged and hostile files give an error or a result of bounded size, and never a crash.
@Suite("Hostile checkpoints")
struct HostileCheckpointTests {
    /// The formats' readers, each of which reads everything that it finds.
    enum Format: String, CaseIterable, Sendable {
        case numpy, graph, torch

        /// All values by name; throws nothing but `EngineError`.
        func read(_ bytes: [UInt8]) throws(EngineError) -> [String: Tensor] {
            switch self {
            case .numpy: return ["": try NumpyFile.read(bytes: bytes, subject: "fuzz")]
            case .graph:
                let graph = try FrozenGraph(bytes: bytes, subject: "fuzz")
                var tensors: [String: Tensor] = [:]
                for name in graph.names { tensors[name] = try? graph.tensor(named: name) }
                return tensors
            case .torch:
                let checkpoint = try TorchCheckpoint(bytes: bytes, subject: "fuzz")
                var tensors: [String: Tensor] = [:]
                for dictionary in checkpoint.dictionaryNames {
                    let shapes = checkpoint.shapes(in: dictionary)
                    guard let values = try? checkpoint.tensors(in: dictionary) else { continue }
                    #expect(values.mapValues(\.shape) == shapes)
                    for (name, tensor) in values { tensors[dictionary + "/" + name] = tensor }
                }
                return tensors
            }
        }

        func survives(_ bytes: [UInt8]) {
            guard let tensors = try? read(bytes) else { return }
            let limit = CheckpointLimits.elements(inFileOf: bytes.count)
            for tensor in tensors.values where tensor.values.count > limit {
                Issue.record("\(tensor.values.count) values from \(bytes.count) bytes")
            }
        }
    }

    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let format: Format
        var testDescription: String { name }
    }

    static let samples: [Sample] =
        ["single", "half-big-endian", "fortran", "version2"].map { Sample(name: $0 + ".npy", format: .numpy) }
        + [Sample(name: "graph.pb", format: .graph)]
        + ["trained", "types", "views", "parallel", "parameters", "protocol4"].flatMap { name in
            ["zip", "legacy"].map { Sample(name: "\(name).\($0).tar", format: .torch) }
        } + ["streamed", "wide", "huge-view"].map { Sample(name: $0 + ".zip.tar", format: .torch) }

    @Test("truncated at every byte: an error, or exactly what came before", arguments: samples)
    func truncation(sample: Sample) throws {
        let bytes = try CheckpointFixture.bytes(sample.name)
        let whole = (try? sample.format.read(bytes)) ?? [:]
        for count in 0..<bytes.count {
            guard let part = try? sample.format.read(Array(bytes[..<count])) else { continue }
            // Only a graph can be cut between two nodes and still be a graph.
            #expect(sample.format == .graph)
            for (name, tensor) in part { #expect(whole[name] == tensor) }
        }
    }

    @Test("one byte changed", arguments: samples)
    func singleBytes(sample: Sample) throws {
        let bytes = try CheckpointFixture.bytes(sample.name)
        var random = SplitMix64(seed: 1)
        let edges: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
        for i in bytes.indices {
            var mutant = bytes
            mutant[i] = i.isMultiple(of: 2) ? edges.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            sample.format.survives(mutant)
        }
    }

    @Test("several bytes changed, cut out, doubled or overwritten", arguments: samples)
    func mutations(sample: Sample) throws {
        let bytes = try CheckpointFixture.bytes(sample.name)
        var random = SplitMix64(seed: 2)
        for _ in 0..<300 {
            var mutant = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where mutant.count > 16 {
                let i = Int.random(in: 0..<mutant.count - 8, using: &random)
                let length = Int.random(in: 1...8, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: mutant[i] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: mutant.removeSubrange(i..<i + length)
                case 2: mutant.insert(contentsOf: mutant[i..<i + length], at: i)
                case 3: mutant.replaceSubrange(i..<i + length, with: repeatElement(0xff, count: length))
                default:
                    let j = Int.random(in: 0..<mutant.count - 8, using: &random)
                    mutant.replaceSubrange(i..<i + length, with: Array(mutant[j..<j + length]))
                }
            }
            sample.format.survives(mutant)
        }
    }

    /// The legacy container's first three pickles, as in the fixtures.
    private func legacyPrefix() throws -> [UInt8] {
        let bytes = try CheckpointFixture.bytes("malicious.legacy.tar")
        var cursor = ByteCursor(ByteSource(bytes: bytes, name: "prefix"))
        for _ in 0..<3 { _ = try Unpickler.load(&cursor) }
        return Array(bytes[..<cursor.position])
    }

    /// Pieces of pickles, to be strung together at random: opcodes with and without operands, and whole storages.
    private static let fragments: [[UInt8]] = {
        var pieces = "(01N)}]tsuaeRbQ.".utf8.map { [$0] }
        let opcodes: [UInt8] = [0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x94]
        pieces += opcodes.map { [$0] }
        pieces += [[0x80, 2], [0x4b, 0], [0x4b, 3], [0x68, 0], [0x68, 1], [0x71, 0], [0x71, 1], [0x72, 0, 0, 1, 0]]
        pieces += [[0x4a, 0xff, 0xff, 0xff, 0xff], [0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40]]
        let texts = [
            "X\u{1}\0\0\0d", "X\u{1}\0\0\00", "ccollections\nOrderedDict\n", "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch._utils\n_rebuild_tensor_v3\n", "ctorch._utils\n_rebuild_parameter\n", "ctorch\nFloatStorage\n",
            "ctorch\nfloat32\n", "ctorch\nSize\n", "cbuiltins\nset\n",
            "(X\u{7}\0\0\0storagectorch\nFloatStorage\nX\u{1}\0\0\00X\u{3}\0\0\0cpuK\u{3}tQ",
        ]
        return pieces + texts.map { Array($0.utf8) }
    }()

    @Test("random pickle programs")
    func programs() throws {
        let prefix = try legacyPrefix()
        let fragments = Self.fragments
        var random = SplitMix64(seed: 3)
        for _ in 0..<4000 {
            var program: [UInt8] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) { program += fragments.randomElement(using: &random)! }
            Format.torch.survives(prefix + program + [0x2e, 0x5d, 0x2e])
        }
    }

    @Test("a dictionary that names one state dict over and over")
    func sharedDictionaries() throws {
        let bytes = try CheckpointFixture.bytes("huge-view.zip.tar")
        #expect(throws: EngineError.self) { try Format.torch.read(bytes) }

        let key = { (i: Int) -> [UInt8] in [0x8c, 4] + String(1000 + i).utf8 }
        let storage = Array("(X\u{7}\0\0\0storagectorch\nFloatStorage\nX\u{1}\0\0\00X\u{3}\0\0\0cpuK\u{1}tQ".utf8)
        var program = Array("ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage + [0x4b, 0, 0x29, 0x29, 0x74, 0x52, 0x71, 0, 0x30]
        program += [0x7d, 0x28] + (0..<1000).flatMap { key($0) + [0x68, 0] } + [0x75, 0x71, 1, 0x30]
        program += [0x7d, 0x28] + (0..<1000).flatMap { key($0) + [0x68, 1] } + [0x75, 0x2e]
        let keys: [UInt8] = [0x5d, 0x8c, 1, 0x30, 0x61, 0x2e]
        let file = try legacyPrefix() + program + keys + [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f]
        let checkpoint = try TorchCheckpoint(bytes: file, subject: "shared")
        #expect(checkpoint.dictionaryNames.count == 1000)
        #expect(try checkpoint.tensors(in: "1999")["1000"] == Tensor(shape: [], values: [1]))
    }
}
