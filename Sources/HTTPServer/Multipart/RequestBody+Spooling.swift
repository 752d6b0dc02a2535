extension RequestBody {
    /// All of it in a file, for a body that is one.
    ///
    /// - Throws: 413 if it is longer than its limit, 507 if the disk is full; what the body throws.
    public func spooled(in folder: String) async throws -> TemporaryFile {
        let file = try TemporaryFile(in: folder)
        for try await piece in self {
            try Task.checkCancellation()
            try file.append(piece[...])
        }
        try file.seal()
        return file
    }
}
