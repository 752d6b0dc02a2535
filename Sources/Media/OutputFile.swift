import Engine
import Foundation

/// A file that appears under its name only when it is complete.
///
/// What is being written lies beside it under a temporary name; `commit` renames it, which replaces an older file in one
/// step, and `discard` leaves no trace.
public struct OutputFile: Sendable {
    public let path: String
    /// Where to write until `commit`: a short hidden name in the same folder, whatever the output's own name is.
    public let partialPath: String

    /// - Throws: `.unwritable` if the folder is missing or no file can be made there, or if the path names something that
    ///   is not a plain file.
    public init(_ path: String) throws(EngineError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a plain file"
            throw EngineError(.unwritable, path, found: kind, expected: "a file's name", remedy: "name another output")
        }
        let folder = OutputFolder.parent(of: path)
        try OutputFolder.requireExisting(folder, for: path)
        self.path = path
        let unique = String(UInt64.random(in: 0 ... .max), radix: 16)
        partialPath = "\(folder)/.adnerf-\(unique).partial"
    }

    /// Writes the whole file at once and commits it.
    public func write(_ bytes: [UInt8]) throws(EngineError) {
        try bytes.withUnsafeBufferPointer { data throws(EngineError) in try write(UnsafeRawBufferPointer(data)) }
    }

    /// Writes the whole file at once and commits it.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(EngineError) {
        let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        let complete = DescriptorIO.writeAll(bytes, to: descriptor)
        let reason = errno
        guard close(descriptor) == 0, complete else {
            discard()
            errno = complete ? errno : reason
            throw Self.unwritable(path)
        }
        try commit()
    }

    /// Gives the finished file its name.
    public func commit() throws(EngineError) {
        guard rename(partialPath, path) == 0 else {
            let error = Self.unwritable(path)
            discard()
            throw error
        }
    }

    /// Removes what was written.
    public func discard() {
        unlink(partialPath)
    }

    static func unwritable(_ path: String) -> EngineError {
        EngineError(
            .unwritable, path, found: String(cString: strerror(errno)),
            remedy: "check the folder, its permissions and the space on the disk")
    }
}
