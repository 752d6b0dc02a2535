#if NATS

import Foundation
import Jobs

/// Files that were fetched from the engine, or are about to be what it has, on this machine.
///
///     lock                                        held as long as the program runs
///     tmp/                                        anything unfinished
///     tmp/uploads/                                uploads
///     cache/<job>/segments/<index>
///     cache/<job>/blobs/<digest>/<name>
///
/// Everything but the lock is emptied at the start: all of it can be fetched again, and what a crash has left may be
/// torn. A file has its name only once it is whole and verified.
struct FileCache: Sendable {
    let path: String

    /// - Throws: `.folderInUse` when another program has it.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw JobsError(
                .storage, path, found: "the folder cannot be made",
                remedy: "name one whose parent exists and may be written to")
        }
        lock = try FolderLock(path)
        for folder in [temporary, "\(path)/cache"] {
            Files.removeTree(folder)
            try Files.makeFolder(folder)
        }
        try Files.makeFolder(uploads)
    }

    private let lock: FolderLock

    var temporary: String { "\(path)/tmp" }
    var uploads: String { "\(path)/tmp/uploads" }

    func newTemporary() -> String { "\(temporary)/\(NATSUnique.next())" }

    func segment(_ job: JobID, _ index: Int) -> String { "\(path)/cache/\(job)/segments/\(index)" }

    func blob(_ job: JobID, _ name: String, digest: String) -> String {
        "\(path)/cache/\(job)/blobs/\(digest)/\(name)"
    }

    /// Gives a whole file its name; it is copied if it comes from another volume.
    func keep(_ file: String, as target: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path, withIntermediateDirectories: true)
        if rename(file, target) == 0 { return }
        guard errno == EXDEV else { throw Files.failure(target, "cannot be kept") }
        let copy = newTemporary()
        try Files.copy(file, to: copy)
        guard rename(copy, target) == 0 else {
            Files.remove(copy)
            throw Files.failure(target, "cannot be kept")
        }
        Files.remove(file)
    }

    /// Whether a file is there; from now on it is one that was just used.
    func use(_ path: String) -> Bool { utimensat(AT_FDCWD, path, nil, 0) == 0 }

    /// Removes files, those first that were not used for longest, until the rest takes at most so many bytes.
    ///
    /// - Parameter time: what was used since is left alone: somebody may be about to open it.
    func trim(to limit: Int, unusedSince time: Date) {
        let root = "\(path)/cache"
        var files: [(path: String, bytes: Int, used: Date)] = []
        let names = FileManager.default.enumerator(atPath: root)
        while let name = names?.nextObject() as? String {
            var facts = stat()
            guard lstat("\(root)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
            let used = Date(timeIntervalSince1970: TimeInterval(facts.st_mtim.tv_sec))
            files.append(("\(root)/\(name)", Int(facts.st_size), used))
        }
        var total = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { $0.used < $1.used }) where total > limit && file.used < time {
            Files.remove(file.path)
            total -= file.bytes
        }
    }

    func dropSegments(_ job: JobID) { drop("\(path)/cache/\(job)/segments") }
    func dropBlobs(_ job: JobID) { drop("\(path)/cache/\(job)/blobs") }
    func drop(_ job: JobID) { drop("\(path)/cache/\(job)") }

    /// Out of the way in one step, then file by file.
    private func drop(_ folder: String) {
        let trash = newTemporary()
        if rename(folder, trash) == 0 { Files.removeTree(trash) }
    }

    func unlock() { lock.release() }
}

#endif
