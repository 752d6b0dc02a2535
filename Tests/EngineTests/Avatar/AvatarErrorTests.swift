import Foundation
import Testing

@testable import Engine

/// A whole avatar with one thing broken: one error, which names the file, what was found, what was expected, and the remedy.
@Suite struct AvatarErrorTests {
    /// - Returns: the error, with the folder's path taken out of its subject.
    private func error(
        _ change: (AvatarCopy) throws -> Void, decodeImage: (String) throws -> Picture = AvatarFixtures.gray
    ) throws -> EngineError {
        try AvatarFixtures.withCopy { copy in
            _ = try AvatarFixtures.load(copy.path)
            try change(copy)
            let error = try #require(throws: EngineError.self) { try AvatarFolder.load(path: copy.path, decodeImage: decodeImage) }
            let facts = AvatarFolder.examine(path: copy.path, decodeImage: decodeImage)
            #expect(facts.problems.contains(error.description))
            #expect(error.subject.hasPrefix(copy.path))
            #expect(!error.found.isEmpty && !error.expected.isEmpty && !error.remedy.isEmpty)
            #expect(!error.description.contains("\n"))
            return EngineError(
                error.code, String(error.subject.dropFirst(copy.path.count + 1)), found: error.found, expected: error.expected,
                remedy: error.remedy)
        }
    }

    @Test func swappedHeadAndBody() throws {
        let error = try error { copy in
            try copy.move(AvatarCopy.head, to: "x")
            try copy.move(AvatarCopy.body, to: AvatarCopy.head)
            try copy.move("x", to: AvatarCopy.body)
        }
        #expect(error.code == .inconsistent && error.subject == AvatarCopy.head)
        #expect(error.found.contains("129 input columns") && error.found.contains("103 input columns"))
        #expect(error.expected.contains("103") && error.expected.contains("129"))
        #expect(error.remedy.contains("swapped"))
    }

    @Test func theBodyInBothPlaces() throws {
        let error = try error { copy in
            try copy.remove(AvatarCopy.head)
            try copy.copy(AvatarCopy.body, to: AvatarCopy.head)
        }
        #expect(error.subject == "\(AvatarCopy.head), network_fn_state_dict" && error.found == "129 input columns")
    }

    @Test(arguments: [
        ("netwidth = 32", "network_fn_state_dict", "16 units", "32", "netwidth"),
        ("netwidth_fine = 32", "network_fine_state_dict", "16 units", "32", "netwidth_fine"),
        ("netdepth = 6", "network_fn_state_dict", "8 hidden layers", "6", "netdepth"),
        ("netdepth_fine = 9", "network_fine_state_dict", "8 hidden layers", "9", "netdepth_fine"),
        ("multires = 9", "network_fn_state_dict", "103 input columns", "97", "multires"),
        ("multires_views = 3", "network_fn_state_dict", "43 columns in the first view layer", "37", "multires_views"),
        ("dim_aud = 41", "network_fn_state_dict", "103 input columns", "104", "dim_aud"),
        ("smo_size = 6", "network_audattnet_state_dict", "8 codes", "6", "smo_size"),
    ])
    func dimensionsThatContradictTheConfiguration(
        line: String, dictionary: String, found: String, expected: String, option: String
    ) throws {
        let error = try error { try $0.configure(line) }
        #expect(error.code == .inconsistent && error.subject == "\(AvatarCopy.head), \(dictionary)")
        #expect(error.found.contains(found) && error.expected.contains(expected) && error.remedy.contains(option))
    }

    @Test func theBodysDimensionsAreHeldAgainstTheConfiguration() throws {
        let error = try error { try $0.configure("dim_aud_body = 20") }
        #expect(error.subject == "\(AvatarCopy.body), network_fn_state_dict")
        #expect(error.found == "129 input columns" && error.expected.contains("125") && error.remedy.contains("dim_aud_body"))
    }

    @Test func codesOfAnotherSize() throws {
        // An octave less and six channels more leave as many columns.
        let error = try error { try $0.configure("multires = 9\ndim_aud = 46\ndim_aud_body = 30") }
        #expect(error.code == .inconsistent && error.subject == "\(AvatarCopy.head), network_audnet_state_dict")
        #expect(error.found == "codes of 40 channels" && error.expected.contains("46") && error.remedy.contains("dim_aud"))
    }

    @Test func aMissingTensor() throws {
        let error = try error { try $0.patch(AvatarCopy.head, Data("alpha_linear.weight".utf8), with: Data("alpha_linear.weighs".utf8)) }
        #expect(error.code == .inconsistent && error.subject == "\(AvatarCopy.head), network_fn_state_dict")
        #expect(error.found == "no alpha_linear.weight")
    }

    @Test(arguments: ["network_fn_state_dict", "network_fine_state_dict", "network_audnet_state_dict", "network_audattnet_state_dict"])
    func aMissingNetwork(name: String) throws {
        let error = try error { try $0.patch(AvatarCopy.head, Data(name.utf8), with: Data(name.replacing("state", with: "stale").utf8)) }
        #expect(error.code == .inconsistent && error.subject == AvatarCopy.head)
        #expect(error.found.contains("no \(name)"))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], ["encoder_fc1.2.bias", "rgb_linear.bias"])
    func weightsThatAreNotFinite(value: Float, tensor: String) throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.tiny)
        let weights = try #require(avatar.audioNet[tensor] ?? avatar.head.fine[tensor]).values
        var broken = weights
        broken[1] = value
        func bytes(_ values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }
        let error = try error { try $0.patch(AvatarCopy.head, bytes(weights), with: bytes(broken)) }
        #expect(error.code == .invalidValue && error.subject.hasPrefix(AvatarCopy.head))
        #expect(error.found == "\(value) in \(tensor)")
    }

    @Test(arguments: [AvatarCopy.head, AvatarCopy.body])
    func aTruncatedCheckpoint(name: String) throws {
        let error = try error { copy in
            let data = try Data(contentsOf: URL(fileURLWithPath: copy.file(name)))
            try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: copy.file(name)))
        }
        #expect(error.code == .malformed && error.subject == name)
    }

    @Test(arguments: [
        (AvatarCopy.head, "without a *head.tar"), (AvatarCopy.body, "without a *body.tar"), (AvatarCopy.configuration, "no *TorsoNeRFTest_config.txt"),
        ("bc.png", "no bc.jpg"), ("transforms_train.json", "no transforms_train.json"),
    ])
    func aMissingFile(name: String, found: String) throws {
        let error = try error { try $0.remove(name) }
        #expect(error.code == .inconsistent && error.found.contains(found))
    }

    @Test func noCheckpointsAtAll() throws {
        let error = try error { copy in
            try copy.remove(AvatarCopy.head)
            try copy.remove(AvatarCopy.body)
        }
        #expect(error.found.contains("no *head.tar and *body.tar"))
    }

    @Test func aConfigurationCannotPointOutOfItsFolder() throws {
        try AvatarFixtures.withCopy { copy in
            for name in ["1_head.tar", "1_body.tar"] {
                try copy.copy(AvatarCopy.head, to: name)
                try copy.move(name, to: "outside/" + name)
                try copy.copy(AvatarCopy.head, to: name)
                try copy.move(name, to: "avatar/inside/" + name)
            }
            let files = try AvatarFiles(folder: copy.file("avatar"))
            var configuration = TrainingConfig()
            (configuration.logFolder, configuration.experiment) = ("..", "outside")
            #expect(throws: EngineError.self) { try files.checkpoints(configuration) }
            (configuration.logFolder, configuration.experiment) = (".", "../outside")
            #expect(throws: EngineError.self) { try files.checkpoints(configuration) }
            (configuration.logFolder, configuration.experiment) = (".", "inside")
            #expect(try files.checkpoints(configuration).head == copy.file("avatar") + "/inside/1_head.tar")
        }
    }

    private struct Undecodable: Error {}

    @Test func aBackgroundThatCannotBeDecoded() throws {
        let error = try error({ _ in }, decodeImage: { _ in throw Undecodable() })
        #expect(error.code == .malformed && error.subject == "bc.png")
    }

    @Test func aBackgroundOfNoSize() throws {
        let error = try error({ _ in }, decodeImage: { _ in Picture(width: 0, height: 5, channels: 3, bytes: []) })
        #expect(error.code == .invalidValue && error.subject == "bc.png")
    }

    @Test(arguments: ["transforms_train.json", "transforms_val.json"])
    func aPoseThatIsNoRotation(name: String) throws {
        let error = try error { copy in
            let text = try String(contentsOfFile: copy.file(name), encoding: .utf8)
            let first = try #require(text.range(of: "[["))
            try copy.write(text.replacingCharacters(in: first, with: "[[1"), to: name)
        }
        #expect(error.code == .invalidValue && error.subject == "\(name), frame 0" && error.found.contains("no rotation"))
    }

    @Test func aTrackWithoutFrames() throws {
        let error = try error { try $0.write("{\"focal_len\": 1, \"cx\": 1, \"cy\": 1, \"frames\": []}", to: "transforms_val.json") }
        #expect(error.code == .malformed && error.subject == "transforms_val.json" && error.found == "no frames")
    }

    @Test func featuresOfAnotherShape() throws {
        let error = try error { try $0.write(Tensor(shape: [2, 29, 16], values: [Float](repeating: 0, count: 928)), to: "aud.npy") }
        #expect(error.code == .inconsistent && error.subject == "aud.npy" && error.found.contains("[2, 29, 16]"))
    }

    @Test func anOptionOutOfRange() throws {
        let error = try error { try $0.configure("N_samples = none") }
        #expect(error.code == .invalidValue && error.subject == "\(AvatarCopy.configuration), line 12, N_samples")
    }

    @Test func noFolder() throws {
        let error = try #require(throws: EngineError.self) { try AvatarFixtures.load("/nowhere/avatar") }
        #expect(error.code == .unreadable && error.subject == "/nowhere/avatar")
        #expect(throws: EngineError.self) { try AvatarFixtures.load(AvatarFixtures.tiny + "/aud.npy") }
    }
}
