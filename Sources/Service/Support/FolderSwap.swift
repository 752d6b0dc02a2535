import CLinux
import Foundation
import Jobs

/// Replaces and removes whole folders, so that nobody finds half of one.
enum FolderSwap {
    /// Gives a folder its place; what is there goes where the folder was.
    ///
    /// - Throws: `.storage`, `.noSpace`.
    static func put(_ folder: String, at place: String) throws(JobsError) {
        let flags = UInt32(CLinux_RENAME_EXCHANGE)
        if CLinux_renameat2(AT_FDCWD, folder, AT_FDCWD, place, flags) == 0 { return }
        // Nothing is there, or the volume cannot exchange.
        let former = "\(folder).former"
        if errno == EINVAL || errno == ENOSYS { _ = rename(place, former) }
        guard rename(folder, place) == 0 else {
            let failure = Files.failure(place, "cannot be replaced")
            _ = rename(former, place)
            throw failure
        }
    }

    /// Removes a folder or file, out of sight at once.
    static func remove(_ path: String) {
        let url = URL(fileURLWithPath: path)
        let hidden = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString)").path
        let isHidden = rename(path, hidden) == 0
        try? FileManager.default.removeItem(atPath: isHidden ? hidden : path)
    }
}
