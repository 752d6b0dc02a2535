#if NATS

import Foundation
import Jobs
import Synchronization

/// Keeps a folder to one program.
final class FolderLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// - Throws: `.folderInUse` when another program has it.
    init(_ folder: String) throws(JobsError) {
        // Close-on-exec: a child process that outlives the program must not keep the folder locked.
        let opened = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw Files.failure("\(folder)/lock", "cannot be opened") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw JobsError(
                .folderInUse, folder, found: "another program uses this folder",
                remedy: "stop that program, or give this one a folder of its own")
        }
        descriptor = Mutex(opened)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor {
                // Closing alone would leave it to a child that is just being started.
                flock(open, LOCK_UN)
                close(open)
            }
            descriptor = nil
        }
    }
}

#endif
