import Foundation
import Synchronization

/// The folder of the embedded engine, held by one program at a time.
///
///     lock                            held as long as the server runs
///     jobs.sqlite                     records
///     <name>.json                     values kept for good
///     jobs/<id>/segments/00000        finished segments
///     jobs/<id>/blobs/<name>          inputs, intermediate results, the artifact
///     tmp/                            anything unfinished; emptied at the start
final class DataFolder: Sendable {
    let path: String
    let probe: CrashPoint.Probe
    private let lock: Mutex<Int32?>
    private let used = Atomic(0)
    private let serial = Atomic(UInt64(0))

    /// - Throws: `.folderInUse` when another server holds the folder.
    init(_ path: String, probe: @escaping CrashPoint.Probe = { _ in }) throws {
        self.path = path
        self.probe = probe
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            guard !error.isNoSpace else { throw error }
            throw JobsError(
                .storage, path, found: "the folder cannot be made",
                remedy: "name one whose parent exists and may be written to")
        }
        lock = Mutex(try Self.lock(path))
        // What is unfinished belongs to a program that has ended, now that the folder is ours.
        Files.removeTree(temporary)
        try Files.makeFolder(temporary)
        try Files.makeFolder(uploads)
        try Files.makeFolder(jobs)
        try Files.sync(path)
        used.store(Files.treeSize(jobs), ordering: .relaxed)
    }

    deinit { unlock() }

    var database: String { "\(path)/jobs.sqlite" }
    var jobs: String { "\(path)/jobs" }
    var temporary: String { "\(path)/tmp" }
    var uploads: String { "\(path)/tmp/uploads" }

    func folder(_ job: JobID) -> String { "\(jobs)/\(job)" }
    func segments(_ job: JobID) -> String { "\(folder(job))/segments" }
    func blobs(_ job: JobID) -> String { "\(folder(job))/blobs" }

    /// A path in the temporary folder that nobody else has.
    func newTemporary() -> String {
        "\(temporary)/\(serial.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// Keeps a small value for good, readable for this user alone, unless there is one of that name.
    ///
    /// - Returns: the value that there is now.
    func shared(_ name: String, _ proposal: Data) throws -> Data {
        let target = "\(path)/\(name)"
        let new = newTemporary()
        guard FileManager.default.createFile(atPath: new, contents: proposal, attributes: [.posixPermissions: 0o600])
        else { throw Files.failure(new, "cannot be written") }
        defer { Files.remove(new) }
        try Files.sync(new)
        // Whole or not at all, and never over another.
        guard link(new, target) == 0 || errno == EEXIST else { throw Files.failure(target, "cannot be kept") }
        guard let value = FileManager.default.contents(atPath: target) else {
            throw Files.failure(target, "cannot be read")
        }
        return value
    }

    /// Bytes of all files of jobs.
    var usedBytes: Int { max(0, used.load(ordering: .relaxed)) }

    func account(_ bytes: Int) { used.wrappingAdd(bytes, ordering: .relaxed) }

    /// Makes the folder of a job's segments or blobs, durably.
    func prepare(_ subfolder: String, of job: JobID) throws {
        guard !Files.exists(subfolder) else { return }
        try Files.makeFolder(folder(job))
        try Files.makeFolder(subfolder)
        try Files.sync(folder(job))
        try Files.sync(jobs)
    }

    /// Brings a file into the temporary folder when it is on another volume, and makes its bytes durable.
    ///
    /// - Returns: where it is now.
    func take(_ file: String) throws -> String {
        var source = stat()
        var target = stat()
        guard stat(file, &source) == 0, stat(temporary, &target) == 0 else {
            throw Files.failure(file, "cannot be taken over")
        }
        guard source.st_dev != target.st_dev else {
            try Files.sync(file)
            return file
        }
        let copy = newTemporary()
        try Files.copy(file, to: copy)
        do {
            try Files.sync(copy)
        } catch {
            Files.remove(copy)
            throw error
        }
        Files.remove(file)
        return copy
    }

    /// Removes a folder of a job: out of the way in one step, then file by file.
    func discard(_ subfolder: String, of job: JobID) throws {
        try probe(.filesRemoving)
        let trash = newTemporary()
        if rename(subfolder, trash) == 0 {
            account(-Files.treeSize(trash))
            Files.removeTree(trash)
        }
        rmdir(folder(job))
        try probe(.filesRemoved)
    }

    func unlock() {
        lock.withLock { descriptor in
            if let open = descriptor {
                // Closing alone would leave it to a child that is just being started.
                flock(open, LOCK_UN)
                close(open)
            }
            descriptor = nil
        }
    }

    private static func lock(_ path: String) throws -> Int32 {
        // Close-on-exec: a child process that outlives the server must not keep the folder locked.
        let descriptor = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure("\(path)/lock", "cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let inUse = errno == EWOULDBLOCK
            let error = Files.failure("\(path)/lock", "cannot be locked")
            close(descriptor)
            guard inUse else { throw error }
            throw JobsError(
                .folderInUse, path, found: "another server uses this data folder",
                remedy: "stop that server, or give this one a folder of its own")
        }
        return descriptor
    }
}
