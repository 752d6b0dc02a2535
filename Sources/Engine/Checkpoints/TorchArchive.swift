/// The container that torch.save writes since 1.6: a zip file of a pickle (`data.pkl`) and one stored file for each storage
/// (`data/KEY`), all in one folder (torch/serialization.py, `_save`; caffe2/serialize/inline_container.h).
struct TorchArchive {
    let pickle: Pickle
    /// The bytes of each of `pickle.storages`.
    let storages: [Range<Int>]

    /// - Throws: `EngineError` `.malformed`, `.unsupported`.
    init(_ source: ByteSource) throws(EngineError) {
        let directory = try ZipDirectory(source)
        // The folder has the archive's name, whatever that was when it was written.
        let roots = directory.names.filter { $0.hasSuffix("/data.pkl") }.map { $0.dropLast("/data.pkl".count) }
        guard let root = roots.first, roots.count == 1, let data = try directory.range(of: root + "/data.pkl") else {
            throw source.malformed(
                "a zip file with \(roots.isEmpty ? "no data.pkl" : "several data.pkl")", expected: "an archive of torch.save")
        }
        guard !directory.names.contains(root + "/constants.pkl") else {
            throw source.unsupported(
                "a TorchScript program", expected: "an archive of torch.save", remedy: "save the module's state_dict")
        }
        if let order = try directory.range(of: root + "/byteorder"), !source.bytes[order].elementsEqual("little".utf8) {
            throw source.unsupported(
                "storages of a big-endian machine", expected: "little-endian", remedy: "save it again on a little-endian machine")
        }
        var cursor = ByteCursor(source, checked: data)
        pickle = try Unpickler.load(&cursor)
        var ranges: [Range<Int>] = []
        for storage in pickle.storages {
            let shown = Names.shown(storage.key)
            guard let range = try directory.range(of: "\(root)/data/\(storage.key)") else {
                throw source.malformed("no file for the storage \(shown) in the archive", expected: "data/\(shown)")
            }
            guard range.count >= storage.byteCount else {
                throw source.malformed(
                    "\(range.count) bytes for the storage \(shown)", expected: "\(storage.byteCount), as the pickle declares")
            }
            ranges.append(range)
        }
        storages = ranges
    }
}
