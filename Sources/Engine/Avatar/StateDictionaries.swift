/// A checkpoint seen as dictionaries of named tensors, with the checks that every network needs.
struct StateDictionaries {
    let file: String
    private let checkpoint: TorchCheckpoint

    init(_ checkpoint: TorchCheckpoint, file: String) {
        self.checkpoint = checkpoint
        self.file = file
    }

    func shapes(in dictionary: String) -> [String: [Int]]? {
        checkpoint.shapes(in: dictionary)
    }

    func requiredShapes(in dictionary: String) throws(EngineError) -> [String: [Int]] {
        guard let shapes = shapes(in: dictionary) else {
            let names = checkpoint.dictionaryNames.sorted().prefix(8).map(Names.shown).joined(separator: ", ")
            throw EngineError(
                .inconsistent, file, found: "no \(dictionary), only \(names.isEmpty ? "nothing" : names)",
                expected: "a checkpoint of the release's torso training", remedy: "copy the checkpoint from the torso's training again")
        }
        return shapes
    }

    /// Outputs of a layer, if it is there at all.
    func rows(_ name: String, in dictionary: String) -> Int? {
        shapes(in: dictionary)?[name].flatMap { $0.count == 2 ? $0[0] : nil }
    }

    /// Inputs of a layer, if it is there at all.
    func columns(_ name: String, in dictionary: String) -> Int? {
        shapes(in: dictionary)?[name].flatMap { $0.count == 2 ? $0[1] : nil }
    }

    /// The named tensors of a dictionary. Others in it are left alone.
    /// - Throws: `.inconsistent` for a tensor that is missing or of another shape, `.invalidValue` for one that is not finite.
    func tensors(in dictionary: String, _ expected: [(name: String, shape: [Int])]) throws(EngineError) -> [String: Tensor] {
        let shapes = try requiredShapes(in: dictionary)
        let missing = expected.map(\.name).filter { shapes[$0] == nil }
        guard missing.isEmpty else {
            throw inconsistent(
                dictionary,
                found: "no \(missing.prefix(3).joined(separator: ", "))\(missing.count > 3 ? " and \(missing.count - 3) more" : "")",
                expected: "\(expected.count) tensors", remedy: "copy the checkpoint from the torso's training again")
        }
        for (name, shape) in expected {
            guard let found = shapes[name], found != shape else { continue }
            throw inconsistent(
                dictionary, found: "\(name) of shape \(Extents.text(found))", expected: Extents.text(shape),
                remedy: "use the checkpoint and the configuration that belong together")
        }
        let all = try checkpoint.tensors(in: dictionary)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in expected {
            guard let tensor = all[name], tensor.shape == shape else {
                throw inconsistent(
                    dictionary, found: "\(name) that cannot be read", expected: Extents.text(shape),
                    remedy: "copy the checkpoint from the torso's training again")
            }
            if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
                throw EngineError(
                    .invalidValue, "\(file), \(dictionary)", found: "\(tensor.values[bad]) in \(name)", expected: "finite weights",
                    remedy: "use an earlier checkpoint: this training diverged")
            }
            tensors[name] = tensor
        }
        return tensors
    }

    func inconsistent(_ dictionary: String, found: String, expected: String, remedy: String) -> EngineError {
        EngineError(.inconsistent, "\(file), \(dictionary)", found: found, expected: expected, remedy: remedy)
    }
}
