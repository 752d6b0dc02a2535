/// A checkpoint that `torch.save` wrote, in either of its containers. AD-NeRF's `*.tar` files are such checkpoints.
///
/// Opening reads the pickle and checks every declared size against the file; the elements stay where they are, memory-mapped,
/// until a dictionary's tensors are asked for. Optimiser state is never read.
///
///     let head = try TorchCheckpoint.open("300000_head.tar")
///     head.dictionaryNames                                            // ["network_fn_state_dict", ...]
///     let coarse = try head.tensors(in: "network_fn_state_dict")      // ["pts_linears.0.weight": [256, 127], ...]
public struct TorchCheckpoint: Sendable {
    /// How a checkpoint is stored.
    public enum Container: String, Sendable {
        /// torch 1.6 and later: a zip file of a pickle and raw storages.
        case zip
        /// Before torch 1.6: a stream of pickles and raw storages.
        case legacy
    }

    /// The file, as the user named it.
    public var path: String { source.name }
    public let container: Container
    /// The training step that an integer `global_step` records.
    public let globalStep: Int?
    /// The top-level entries that are state dicts: dictionaries from names to tensors, not empty. In the order of the file.
    public let dictionaryNames: [String]

    private let source: ByteSource
    private let dictionaries: [String: [String: TorchTensor]]
    /// Where the bytes of each storage lie.
    private let storages: [Range<Int>]

    /// - Throws: `EngineError` `.unreadable`; `.malformed` for a file that is no checkpoint, is truncated, or declares sizes that
    ///   it does not hold; `.unsupported` for a big-endian or a compressed file and for a pickle with any global that tensors do
    ///   not need, which is named and not executed.
    public static func open(_ path: String) throws(EngineError) -> TorchCheckpoint {
        try TorchCheckpoint(ByteSource(path: path))
    }

    /// As `open(_:)`, from memory.
    /// - Parameter subject: what errors call the checkpoint.
    public init(bytes: [UInt8], subject: String) throws(EngineError) {
        try self.init(ByteSource(bytes: bytes, name: subject))
    }

    private init(_ source: ByteSource) throws(EngineError) {
        self.source = source
        let pickle: Pickle
        if source.bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) {  // a zip file's first local header
            let archive = try TorchArchive(source)
            (container, pickle, storages) = (.zip, archive.pickle, archive.storages)
        } else if source.bytes.first == PickleOpcode.proto.rawValue {
            let file = try LegacyTorchFile(source)
            (container, pickle, storages) = (.legacy, file.pickle, file.storages)
        } else {
            throw Self.unknown(source)
        }
        guard let entries = pickle.entries(pickle.root) else {
            throw source.malformed("a checkpoint that is no dictionary", expected: "a dictionary of state dicts")
        }
        var dictionaries: [String: [String: TorchTensor]] = [:]
        var names: [String] = []
        // A pickle may name one dictionary any number of times, so each is unfolded once.
        var known: [PickleValue: [String: TorchTensor]] = [:]
        for (name, value) in entries {
            guard case .object = value else { continue }
            let dictionary = known[value] ?? Self.tensors(of: value, in: pickle)
            known[value] = dictionary
            guard !dictionary.isEmpty else { continue }
            if dictionaries.updateValue(dictionary, forKey: name) == nil { names.append(name) }
        }
        self.dictionaries = dictionaries
        dictionaryNames = names
        if case .integer(let step) = pickle.entry("global_step", of: pickle.root) { globalStep = step } else { globalStep = nil }
    }

    /// The tensors of a dictionary by name; none for anything else. DataParallel puts `module.` in front of every name.
    private static func tensors(of value: PickleValue, in pickle: Pickle) -> [String: TorchTensor] {
        guard let entries = pickle.entries(value) else { return [:] }
        let prefix = "module."
        let isParallel = entries.allSatisfy { $0.key.hasPrefix(prefix) }
        var tensors: [String: TorchTensor] = [:]
        for (name, value) in entries {
            guard case .tensor(let index) = value else { continue }
            tensors[isParallel ? String(name.dropFirst(prefix.count)) : name] = pickle.tensors[index]
        }
        return tensors
    }

    /// Names what a file that is no checkpoint seems to be.
    private static func unknown(_ source: ByteSource) -> EngineError {
        let start = source.bytes.prefix(512)
        let found =
            switch true {
            case start.isEmpty: "an empty file"
            case start.starts(with: "version https://git-lfs".utf8): "a Git LFS pointer instead of the file"
            case start.starts(with: [0x1f, 0x8b]): "a gzip file"
            case start.starts(with: "<".utf8): "a web page or XML"
            case start.dropFirst(257).starts(with: "ustar".utf8): "a tar archive (torch's .tar files are not tar archives)"
            default: "neither a zip file nor a pickle"
            }
        return EngineError(
            .malformed, source.name, found: found, expected: "a checkpoint of torch.save",
            remedy: "name the file that training wrote, such as 300000_head.tar")
    }

    /// Whether there is a state dict of this name.
    public func contains(_ dictionary: String) -> Bool {
        dictionaries[dictionary] != nil
    }

    /// The shapes of a state dict's floating-point tensors by name, without reading them; nil if there is no such state dict.
    public func shapes(in dictionary: String) -> [String: [Int]]? {
        dictionaries[dictionary]?.filter { $0.value.element.isFloat }.mapValues(\.shape)
    }

    /// Reads a state dict's floating-point tensors as 32-bit floats in row-major order. Integer buffers are left out.
    /// - Throws: `EngineError` `.inconsistent` if there is no such state dict; `.malformed` if its tensors are views that unfold
    ///   to far more than the file holds.
    public func tensors(in dictionary: String) throws(EngineError) -> [String: Tensor] {
        guard let references = dictionaries[dictionary]?.filter({ $0.value.element.isFloat }) else {
            throw EngineError(
                .inconsistent, path, found: "no \(Names.shown(dictionary))", expected: "a state dict of that name",
                remedy: "the checkpoint is of another kind; " + Names.advice(for: dictionary, among: dictionaryNames))
        }
        let limit = CheckpointLimits.elements(inFileOf: source.bytes.count)
        var rest = limit
        for (name, reference) in references {
            guard reference.count <= rest else {
                throw source.malformed(
                    "\(Names.shown(dictionary)).\(Names.shown(name)) of shape \(Extents.text(reference.shape))",
                    expected: "at most \(limit) elements in a file of this size")
            }
            rest -= reference.count
        }
        var tensors: [String: Tensor] = [:]
        for (name, reference) in references { tensors[name] = try read(reference) }
        for reference in references.values { source.release(storages[reference.storage]) }
        return tensors
    }

    private func read(_ tensor: TorchTensor) throws(EngineError) -> Tensor {
        let bytes = UnsafeRawBufferPointer(rebasing: source.bytes[storages[tensor.storage]])
        guard case .float(let format) = tensor.element,
            let floats = StridedFloats(
                format: format, bytes: bytes, offset: tensor.offset, shape: tensor.shape, strides: tensor.strides)
        else { throw source.malformed("a tensor that leaves its storage") }
        return Tensor(shape: tensor.shape, values: floats.values())
    }
}
