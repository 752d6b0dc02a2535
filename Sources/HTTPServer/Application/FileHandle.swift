import Glibc

/// An open file for reading, closed when the last reference goes: so a response in flight outlives the file's removal.
public final class FileHandle: Sendable {
    public let descriptor: Int32
    /// Bytes when it was opened.
    public let size: Int

    /// - Throws: `HTTPError` 404 if there is no such regular file.
    public init(path: String) throws(HTTPError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HTTPError(.notFound, detail: "there is no such file") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw HTTPError(.notFound, detail: "there is no such file")
        }
        self.descriptor = descriptor
        size = facts.st_size
    }

    deinit {
        close(descriptor)
    }
}
