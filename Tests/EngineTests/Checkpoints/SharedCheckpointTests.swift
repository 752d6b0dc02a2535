import Foundation
import Testing

@testable import Engine

/// The shared folder's avatars and graph, tensor by tensor against what torch reads (`shared_expectations.py`).
@Suite("Shared checkpoints", .enabled(if: CheckpointFixture.shared != nil, "the shared folder is absent"))
struct SharedCheckpointTests {
    struct Expectations: Decodable {
        struct Digest: Decodable {
            let tensors: Int
            let digest: String
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

    /// The sum of (2 i + 1) word[i] over the tensors in the names' order; a tensor's words are the characters of its
    /// name and shape and the bits of its values.
    private func digest(_ tensors: [String: Tensor]) -> String {
        var sum: UInt64 = 0
        var weight: UInt64 = 1
        func add(_ word: some BinaryInteger) {
            sum &+= weight &* UInt64(word)
            weight &+= 2
        }
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let shape = tensor.shape.map(String.init).joined(separator: ", ")
            for character in "\(name)[\(shape)]".utf8 { add(character) }
            for value in tensor.values { add(value.bitPattern) }
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
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
                // The pages were let go of after the first reading.
                #expect(try checkpoint.tensors(in: dictionary) == tensors)
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

    @Test(
        "an avatar's checkpoint cut at any structural boundary is an error",
        arguments: ["random/100000_head.tar", "narrow/logs/avatar_com/150000_body.tar"])
    func truncation(name: String) throws {
        let original = shared.appending(path: "avatars/\(name)")
        let boundaries = try boundaries(of: original.path)
        #expect(boundaries.count > 100)

        // The copy is cut shorter and shorter.
        let copy = FileManager.default.temporaryDirectory.appending(path: "cut-\(UUID().uuidString).tar")
        defer { try? FileManager.default.removeItem(at: copy) }
        try Data(contentsOf: original).write(to: copy)
        let handle = try FileHandle(forWritingTo: copy)
        defer { try? handle.close() }
        let end = try handle.seekToEnd()
        let cuts = Set(boundaries.flatMap { [$0 - 1, $0] }).filter { (0..<Int(end)).contains($0) }
        for cut in cuts.sorted(by: >) {
            try handle.truncate(atOffset: UInt64(cut))
            #expect(throws: EngineError.self) { try TorchCheckpoint.open(copy.path) }
        }
    }

    /// Where the parts of a checkpoint's container begin and end.
    private func boundaries(of path: String) throws -> [Int] {
        let source = try ByteSource(path: path)
        if source.bytes.starts(with: [0x50, 0x4b]) {
            let headers = source.bytes.indices.dropLast(4).filter {
                source.bytes[$0] == 0x50 && source.bytes[$0 + 1] == 0x4b && source.bytes[$0 + 2] < 8
            }
            return headers + (try TorchArchive(source)).storages.flatMap { [$0.lowerBound, $0.upperBound] }
        }
        var cursor = ByteCursor(source)
        var ends: [Int] = []
        for _ in 0..<5 {
            _ = try Unpickler.load(&cursor)
            ends.append(cursor.position)
        }
        return ends
            + (try LegacyTorchFile(source)).storages.flatMap { [$0.lowerBound - 8, $0.lowerBound, $0.upperBound] }
    }

    @Test("the speech features that NumPy wrote")
    func features() throws {
        let tensor = try NumpyFile.read(path: shared.appending(path: "speech/speech-16k.features.npy").path)
        #expect(Array(tensor.shape.dropFirst()) == [16, 29])
        #expect(tensor.values.allSatisfy { $0.isFinite })
    }
}
