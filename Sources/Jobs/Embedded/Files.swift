import Foundation

/// The few calls to the file system that durability needs, with errors that name the file.
package enum Files {
    package static func makeFolder(_ path: String) throws(JobsError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw failure(path, "cannot be made")
    }

    /// Makes a file's bytes durable.
    package static func sync(_ path: String) throws(JobsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path, "cannot be made durable") }
    }

    /// The size of a plain file in bytes; nil when there is none.
    package static func size(_ path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func list(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// Bytes of all files below a folder.
    package static func treeSize(_ folder: String) -> Int {
        list(folder).reduce(0) { total, name in
            let path = "\(folder)/\(name)"
            return total + (size(path) ?? treeSize(path))
        }
    }

    package static func remove(_ path: String) {
        _ = unlink(path)
    }

    package static func removeTree(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Copies a plain file into a new one.
    package static func copy(_ source: String, to target: String) throws(JobsError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure(source, "cannot be opened") }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw failure(target, "cannot be made") }
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 20)
            if count == 0 { return }
            guard count > 0 || errno == EINTR else {
                let error = failure(target, "cannot be written")
                unlink(target)
                throw error
            }
        }
    }

    /// Bytes that the volume of a folder has left for this user.
    package static func freeBytes(_ folder: String) throws(JobsError) -> Int {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw failure(folder, "cannot be examined") }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int(clamping: bytes)
    }

    /// The error for the last failed call.
    package static func failure(_ path: String, _ trouble: String) -> JobsError {
        let reason = errno
        guard reason != ENOSPC, reason != EDQUOT else {
            return JobsError(
                .noSpace, path, found: "the disk is full", remedy: "remove jobs or make room on the volume")
        }
        return JobsError(.storage, path, found: "\(trouble): \(String(cString: strerror(reason)))")
    }
}
