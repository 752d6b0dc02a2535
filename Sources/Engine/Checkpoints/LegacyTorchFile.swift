/// The stream that torch.save wrote before 1.6 and writes with `_use_new_zipfile_serialization=False`
/// (torch/serialization.py, `_legacy_save`).
///
/// Five pickles follow each other: a magic number, the protocol's version, facts about the writing machine, the saved object,
/// and the storages' keys in sorted order. Then comes each storage in the keys' order: a 64-bit element count and the elements.
struct LegacyTorchFile {
    let pickle: Pickle
    /// The bytes of each of `pickle.storages`.
    let storages: [Range<Int>]

    /// 0x1950a86a20f9469cfc6c.
    private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    private static let version = 1001

    /// - Throws: `EngineError` `.malformed`, `.unsupported`.
    init(_ source: ByteSource) throws(EngineError) {
        var cursor = ByteCursor(source)
        guard try Unpickler.load(&cursor).root == .long(Self.magic) else {
            throw EngineError(
                .malformed, source.name, found: "a pickle without torch's magic number", expected: "a file of torch.save",
                remedy: "save it with torch.save")
        }
        guard try Unpickler.load(&cursor).root == .integer(Self.version) else {
            throw source.unsupported(
                "another version of torch's legacy format", expected: "version \(Self.version)",
                remedy: "save it again with a current torch")
        }
        let machine = try Unpickler.load(&cursor)
        guard machine.entry("little_endian", of: machine.root) == .bool(true) else {
            throw source.unsupported(
                "storages of a big-endian machine", expected: "little-endian", remedy: "save it again on a little-endian machine")
        }
        pickle = try Unpickler.load(&cursor)
        let keyPickle = try Unpickler.load(&cursor)
        guard let keys = keyPickle.items(keyPickle.root) else { throw source.malformed("no list of storage keys") }
        storages = try Self.storages(keys, pickle.storages, &cursor)
    }

    private static func storages(
        _ keys: [PickleValue], _ declared: [TorchStorage], _ cursor: inout ByteCursor
    ) throws(EngineError) -> [Range<Int>] {
        var ranges: [String: Range<Int>] = [:]
        let byKey = Dictionary(uniqueKeysWithValues: declared.map { ($0.key, $0) })
        for key in keys {
            guard case .text(let key) = key, let storage = byKey[key], ranges[key] == nil else {
                throw cursor.source.malformed("a storage key that is listed twice or that no tensor has")
            }
            let count = try cursor.integer(Int64.self, "a storage's element count")
            guard count == storage.count else {
                throw cursor.source.malformed(
                    "\(count) elements in the storage \(Names.shown(key))", expected: "\(storage.count), as the pickle declares")
            }
            ranges[key] = try cursor.take(storage.byteCount, "a storage")
        }
        var ordered: [Range<Int>] = []
        for storage in declared {
            guard let range = ranges[storage.key] else {
                throw cursor.source.malformed("no bytes for the storage \(Names.shown(storage.key))")
            }
            ordered.append(range)
        }
        return ordered
    }
}
