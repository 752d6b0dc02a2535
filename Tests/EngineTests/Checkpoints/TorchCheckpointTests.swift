import Testing

@testable import Engine

@Suite("TorchCheckpoint")
struct TorchCheckpointTests {
    static let containers = [TorchCheckpoint.Container.zip, .legacy]

    private func open(_ name: String, _ container: TorchCheckpoint.Container) throws -> TorchCheckpoint {
        let checkpoint = try TorchCheckpoint.open(CheckpointFixture.path("\(name).\(container.rawValue).tar"))
        #expect(checkpoint.container == container)
        return checkpoint
    }

    /// torch.nn.Sequential(Linear(3, 2), Linear(2, 1)), each tensor a ramp of its own.
    private let network = [
        "0.weight": Tensor(shape: [2, 3], values: CheckpointFixture.ramp(6)),
        "0.bias": Tensor(shape: [2], values: CheckpointFixture.ramp(2)),
        "1.weight": Tensor(shape: [1, 2], values: CheckpointFixture.ramp(2)),
        "1.bias": Tensor(shape: [1], values: CheckpointFixture.ramp(1)),
    ]

    @Test(
        "reads a checkpoint with Adam's state in every pickle protocol",
        arguments: ["trained", "protocol3", "protocol4", "protocol5"], containers)
    func trained(name: String, container: TorchCheckpoint.Container) throws {
        let checkpoint = try open(name, container)
        #expect(checkpoint.globalStep == 1234)
        #expect(checkpoint.dictionaryNames == ["network_fn_state_dict"])
        #expect(checkpoint.contains("network_fn_state_dict"))
        #expect(!checkpoint.contains("optimizer_state_dict"))
        #expect(checkpoint.shapes(in: "network_fn_state_dict") == network.mapValues(\.shape))
        #expect(checkpoint.shapes(in: "optimizer_state_dict") == nil)
        #expect(try checkpoint.tensors(in: "network_fn_state_dict") == network)
    }

    @Test("reads archives with data descriptors and with zip64 records", arguments: ["streamed", "wide"])
    func zipDialects(name: String) throws {
        #expect(try open(name, .zip).tensors(in: "network_fn_state_dict") == network)
    }

    @Test("converts every float type and passes over the others", arguments: containers)
    func types(container: TorchCheckpoint.Container) throws {
        let checkpoint = try open("types", container)
        let ramp = Tensor(shape: [2, 3], values: CheckpointFixture.ramp(6))
        #expect(
            try checkpoint.tensors(in: "floats") == ["half": ramp, "bfloat16": ramp, "single": ramp, "double": ramp])
        #expect(checkpoint.dictionaryNames == ["floats", "integers"])
        #expect(checkpoint.shapes(in: "integers") == [:])
        #expect(try checkpoint.tensors(in: "integers") == [:])
        #expect(checkpoint.globalStep == nil)
    }

    @Test("unfolds views of shared storages in row-major order", arguments: containers)
    func views(container: TorchCheckpoint.Container) throws {
        let views = try open("views", container).tensors(in: "views")
        func expect(_ name: String, _ shape: [Int], _ indices: [Int]) {
            #expect(views[name] == Tensor(shape: shape, values: CheckpointFixture.ramp(indices)), "\(name)")
        }
        expect("whole", [12], Array(0..<12))
        expect("tail", [7], Array(5..<12))
        expect("grid", [3, 4], Array(0..<12))
        expect("every_third", [4], [1, 4, 7, 10])
        expect("transposed", [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
        expect("block", [2, 2], [5, 6, 9, 10])
        expect("column", [3], [2, 6, 10])
        expect("channels_last", [1, 2, 2, 3], Array(0..<12))
        expect("permuted", [3, 2, 2], [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
        expect("expanded", [4, 3], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
        expect("scalar", [], [0])
        expect("empty", [0, 3], [])
        #expect(views.count == 12)
    }

    @Test("strips DataParallel's prefix where every name has it", arguments: containers)
    func dataParallel(container: TorchCheckpoint.Container) throws {
        let checkpoint = try open("parallel", container)
        #expect(try checkpoint.tensors(in: "network") == network)
        #expect(checkpoint.shapes(in: "mixed") == ["module.a": [2], "b": [3]])
    }

    @Test("reads parameters among sizes, devices, sets, bytes and long integers", arguments: containers)
    func parameters(container: TorchCheckpoint.Container) throws {
        let tensors = try open("parameters", container).tensors(in: "network")
        #expect(tensors == ["w": Tensor(shape: [2, 3], values: CheckpointFixture.ramp(6))])
    }

    @Test("lists the names that are there when one is not")
    func missing() throws {
        let error = try #require(CheckpointFixture.error { _ = try open("trained", .zip).tensors(in: "network_fine_state_dict") })
        #expect(error.code == .inconsistent)
        #expect(error.line.contains("trained.zip.tar: no network_fine_state_dict"))
        #expect(error.line.contains("the nearest names are network_fn_state_dict"))
    }

    @Test(
        "executes nothing",
        arguments: [
            ("malicious.zip.tar", "os.system"), ("malicious-stack.zip.tar", "builtins.eval"),
            ("malicious.legacy.tar", "os.system"), ("malicious-magic.legacy.tar", "os.system"),
        ])
    func malicious(name: String, global: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try TorchCheckpoint.open(CheckpointFixture.path(name)) })
        #expect(error.code == .unsupported)
        #expect(
            error.line.contains("the pickle names the global \(global), which is not needed for tensors; nothing was executed"))
    }

    @Test(
        "names the dialect that it does not read",
        arguments: [
            ("deflated.zip.tar", EngineError.Code.unsupported, "compressed (method 8)"),
            ("big-endian.zip.tar", .unsupported, "big-endian"), ("big-endian.legacy.tar", .unsupported, "big-endian"),
            ("script.zip.tar", .unsupported, "a TorchScript program"), ("list.zip.tar", .malformed, "no dictionary"),
            ("list.legacy.tar", .malformed, "no dictionary"),
        ])
    func dialects(name: String, code: EngineError.Code, text: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try TorchCheckpoint.open(CheckpointFixture.path(name)) })
        #expect(error.code == code)
        #expect(error.line.contains(text))
        #expect(error.subject.hasSuffix(name))
    }

    @Test("names what another file seems to be")
    func otherFiles() throws {
        let tar = [UInt8](repeating: 0, count: 257) + "ustar".utf8
        let files: [([UInt8], String)] = [
            ([], "an empty file"), (Array("version https://git-lfs.github.com/spec/v1".utf8), "a Git LFS pointer"),
            ([0x1f, 0x8b, 8], "a gzip file"), (Array("<!doctype html>".utf8), "a web page"), (tar, "a tar archive"),
            ([1, 2, 3], "neither a zip file nor a pickle"), ([0x80, 2, 0x4e, 0x2e], "without torch's magic number"),
            (Array("PK\u{3}\u{4}".utf8), "without the directory"),
        ]
        for (bytes, text) in files {
            let error = try #require(CheckpointFixture.error { _ = try TorchCheckpoint(bytes: bytes, subject: "c") })
            #expect(error.code == .malformed)
            #expect(error.line.contains(text))
        }
    }

    @Test(
        "compares declared sizes with the file before it allocates",
        arguments: [
            ("huge-storage.zip", "16 bytes for the storage 0, expected 4611686018427387904"),
            ("huge-overflowing-storage.zip", "a storage of 4611686018427387904 elements"),
            ("huge-negative-storage.zip", "a storage of -1 elements"),
            ("huge-view.zip", "a tensor of shape [100], strides [1] and offset 0, expected a view inside the 4 elements"),
            ("huge-offset.zip", "a view inside the 4 elements"), ("huge-negative-offset.zip", "a view inside the 4 elements"),
            ("huge-stride.zip", "a view inside the 4 elements"), ("huge-negative-stride.zip", "a view inside the 4 elements"),
            ("huge-product.zip", "a view inside the 4 elements"), ("huge-zero-product.zip", "a view inside the 4 elements"),
            ("huge-expanded.zip", "d.w of shape [1099511627776], expected at most"),
            ("huge-rank.zip", "a tensor without a storage, an offset, a size and a stride"),
            ("huge-missing.zip", "no file for the storage 1"), ("huge-traversal.zip", "no file for the storage ../../data.pkl"),
            ("huge.legacy", "needs 4611686018427387904 bytes"),
        ])
    func hugeSizes(name: String, text: String) throws {
        let error = try #require(
            CheckpointFixture.error {
                _ = try TorchCheckpoint.open(CheckpointFixture.path(name + ".tar")).tensors(in: "d")
            })
        #expect(error.code == .malformed)
        #expect(error.line.contains(text))
    }
}
