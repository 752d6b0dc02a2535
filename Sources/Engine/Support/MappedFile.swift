import Foundation

/// A file mapped read-only into memory.
///
/// `@unchecked Sendable`: the mapping is private, read-only and lives exactly as long as the object; nothing in it changes.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    /// The file's bytes. Valid only while this object lives.
    public let bytes: UnsafeRawBufferPointer

    /// - Throws: `EngineError` `.unreadable` if the file cannot be opened or mapped or is not a regular file.
    public init(path: String) throws(EngineError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw EngineError(.unreadable, path, found: "not a regular file", remedy: "name a file")
        }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw Self.unreadable(path)
        }
        bytes = UnsafeRawBufferPointer(start: base, count: count)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }

    /// Tells the system that a range already read will not be read again, so that it stops counting as resident memory.
    public func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = (range.lowerBound + page - 1) / page * page
        let upper = range.upperBound / page * page
        guard lower < upper, let base = bytes.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + lower), upper - lower, MADV_DONTNEED)
    }

    private static func unreadable(_ path: String) -> EngineError {
        EngineError(
            .unreadable, path, found: String(cString: strerror(errno)), remedy: "check the path and its permissions")
    }
}
