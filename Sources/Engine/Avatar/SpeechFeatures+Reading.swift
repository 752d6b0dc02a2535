extension SpeechFeatures {
    /// Reads precomputed features, an .npy of floats `[n, 16, 29]` with n > 0 (the release's `aud.npy`).
    /// - Throws: `.unreadable`, `.malformed` and `.unsupported` as `NumpyFile`; `.inconsistent` for another shape;
    ///   `.invalidValue` for numbers that are not finite.
    public static func read(path: String) throws(EngineError) -> SpeechFeatures {
        let count = try frameCount(path: path)
        let tensor = try NumpyFile.read(path: path)
        if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
            throw EngineError(
                .invalidValue, path, found: "\(tensor.values[bad]) in row \(bad / (steps * characters))",
                expected: "finite numbers",
                remedy: "extract the features again")
        }
        return SpeechFeatures(count: count, values: tensor.values)
    }

    /// The rows of a feature file, from its header alone.
    /// - Throws: as `read`, but for the values.
    public static func frameCount(path: String) throws(EngineError) -> Int {
        let shape = try NumpyFile.shape(path: path)
        guard shape.count == 3, shape[0] > 0, shape[1] == steps, shape[2] == characters else {
            throw EngineError(
                .inconsistent, path, found: "an array of shape \(Extents.text(shape))",
                expected: "speech features of shape [n, \(steps), \(characters)] with n above 0",
                remedy: "name the DeepSpeech features of a recording (the release's aud.npy)")
        }
        return shape[0]
    }
}

extension NumpyFile {
    /// The shape that an .npy file declares. The values are not looked at.
    static func shape(path: String) throws(EngineError) -> [Int] {
        let source = try ByteSource(path: path)
        var cursor = ByteCursor(source)
        guard source.bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) else {
            throw EngineError(
                .malformed, path, found: source.bytes.isEmpty ? "an empty file" : "no .npy file",
                expected: "an .npy array",
                remedy: "save the array with numpy.save")
        }
        _ = try cursor.take(6, "the magic string")
        let isWide = try cursor.byte("the version") > 1
        _ = try cursor.byte("the version")
        let length =
            isWide
            ? Int(try cursor.integer(UInt32.self, "the header's length"))
            : Int(try cursor.integer(UInt16.self, "the header's length"))
        return try NumpyHeader(
            try cursor.take(min(length, CheckpointLimits.numpyHeader), "the .npy header"), of: source
        ).shape
    }
}
