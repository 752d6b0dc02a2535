import Glibc

extension FileHandle {
    /// When the content last changed, in seconds since 1970.
    public var lastModified: Int {
        facts.st_mtim.tv_sec
    }

    /// A strong tag as long as files are replaced and not written over: made of the file's number, size and time.
    public var etag: EntityTag {
        let facts = facts
        let parts = [Int(facts.st_ino), facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec]
        return EntityTag(parts.map { String($0, radix: 16) }.joined(separator: "-"))
    }

    private var facts: stat {
        var facts = stat()
        fstat(descriptor, &facts)
        return facts
    }
}
