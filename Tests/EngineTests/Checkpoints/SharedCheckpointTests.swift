import Foundation
import Testing

@testable import Engine

/// The shared folder's avatars and graph, tensor by tensor against what torch reads (`shared_expectations.py`).
@Suite("Shared checkpoints", .enabled(if: CheckpointFixture.shared != nil, "the shared folder is absent"))
struct SharedCheckpointTests {
    struct Expectations: Decodable {
        struct Digest: Decodable {
            let tensors: Int
            let digest: UInt32
        }
        struct Checkpoint: Decodable {
            let container: String
            let globalStep: Int
            let dictionaries: [String: Digest]
        }
        let checkpoints: [String: Checkpoint]
        let graphs: [String: Digest]
    }

    private let shared: URL
    private let expectations: Expectations

    init() throws {
        shared = try #require(CheckpointFixture.shared)
        let json = Data(try CheckpointFixture.bytes("shared-expectations.json"))
        expectations = try JSONDecoder().decode(Expectations.self, from: json)
    }

    /// The CRC-32 of each tensor's name, shape and values, in the names' order.
    private func digest(_ tensors: [String: Tensor]) -> UInt32 {
        tensors.sorted { $0.key < $1.key }.reduce(0) { crc, entry in
            let head = Array((entry.key + "[" + entry.value.shape.map(String.init).joined(separator: ", ") + "]").utf8)
            let named = head.withUnsafeBytes { crc32($0, crc) }
            return entry.value.values.withUnsafeBytes { crc32($0, named) }
        }
    }

    @Test("every tensor of every avatar equals torch's")
    func avatars() throws {
        #expect(expectations.checkpoints.count == 6)
        for (name, expected) in expectations.checkpoints {
            let checkpoint = try TorchCheckpoint.open(shared.appending(path: name).path)
            #expect(checkpoint.container.rawValue == expected.container)
            #expect(checkpoint.globalStep == expected.globalStep)
            #expect(Set(checkpoint.dictionaryNames) == Set(expected.dictionaries.keys))
            for (dictionary, expected) in expected.dictionaries {
                let tensors = try checkpoint.tensors(in: dictionary)
                #expect(tensors.count == expected.tensors)
                #expect(digest(tensors) == expected.digest, "\(name) \(dictionary)")
            }
        }
    }

    @Test("every constant of the DeepSpeech graph equals the file's, whole and by rows")
    func graphs() throws {
        #expect(expectations.graphs.count == 1)
        for (name, expected) in expectations.graphs {
            let graph = try FrozenGraph(path: shared.appending(path: name).path)
            var tensors: [String: Tensor] = [:]
            for name in graph.names {
                var values: [Float] = []
                try graph.readRows(of: name, rowsAtOnce: 7) { (_, chunk) throws(EngineError) in values += chunk }
                tensors[name] = try graph.tensor(named: name)
                #expect(tensors[name]?.values == values)
            }
            #expect(tensors.count == expected.tensors)
            #expect(digest(tensors) == expected.digest)
        }
    }

    @Test("an avatar's checkpoint cut at any structural boundary is an error", arguments: ["random/100000_head.tar", "narrow/logs/avatar_com/150000_body.tar"])
    func truncation(name: String) throws {
        let bytes = try CheckpointFixture.bytes(at: shared.appending(path: "avatars/\(name)").path)
        let source = ByteSource(bytes: bytes, name: name)
        var boundaries: Set<Int>
        if bytes.starts(with: [0x50, 0x4b]) {
            let headers = bytes.indices.dropLast(4).filter { bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4b && bytes[$0 + 2] < 8 }
            boundaries = Set(headers + (try TorchArchive(source)).storages.flatMap { [$0.lowerBound, $0.upperBound] })
        } else {
            boundaries = Set((try LegacyTorchFile(source)).storages.flatMap { [$0.lowerBound - 8, $0.lowerBound, $0.upperBound] })
            var cursor = ByteCursor(source)
            for _ in 0..<5 {
                _ = try Unpickler.load(&cursor)
                boundaries.insert(cursor.position)
            }
        }
        boundaries.remove(bytes.count)
        #expect(boundaries.count > 100)
        for boundary in boundaries {
            for count in Set([max(0, boundary - 1), boundary, min(boundary + 1, bytes.count - 1)]) {
                let part = Array(bytes[..<count])
                #expect(throws: EngineError.self) { try TorchCheckpoint(bytes: part, subject: name) }
            }
        }
    }

    @Test("the speech features that NumPy wrote")
    func features() throws {
        let tensor = try NumpyFile.read(path: shared.appending(path: "speech/speech-16k.features.npy").path)
        #expect(Array(tensor.shape.dropFirst()) == [16, 29])
        #expect(tensor.values.allSatisfy { $0.isFinite })
    }
}
