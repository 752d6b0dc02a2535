import Glibc
import Synchronization

/// A file being received: removed with the last reference to it unless it was kept.
public final class TemporaryFile: Sendable {
    public let path: String
    private let state: Mutex<State>

    private struct State {
        /// Open for writing until the file is sealed.
        var descriptor: Int32?
        var size = 0
        var isKept = false
    }

    /// Makes an empty file of its own name, readable by its owner only.
    ///
    /// - Throws: 507 if there is no room, `StorageError` if the folder cannot be written to.
    public init(in folder: String) throws {
        path = "\(folder)/\(Hexadecimal.encode((0..<12).map { _ in UInt8.random(in: .min ... .max) })).part"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DiskWrite.error(errno, path) }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        state.withLock { state in
            if let descriptor = state.descriptor { close(descriptor) }
            if !state.isKept { unlink(path) }
        }
    }

    /// Bytes so far.
    public var size: Int {
        state.withLock { $0.size }
    }

    /// Writes behind what is there.
    ///
    /// - Throws: 507 if there is no room, `StorageError` for other trouble.
    /// - Precondition: the file has not been sealed.
    func append(_ bytes: ArraySlice<UInt8>) throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { preconditionFailure("a sealed file takes no more") }
            try DiskWrite.all(bytes, to: descriptor)
            state.size += bytes.count
        }
    }

    /// Tells that the file has all its content.
    func seal() throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            state.descriptor = nil
            // Some file systems tell only here that there was no room.
            guard close(descriptor) == 0 || errno == EINTR else { throw DiskWrite.error(errno, path) }
        }
    }

    /// Moves it to where it stays, in the same file system; a file that is there is replaced.
    ///
    /// - Throws: 507 if there is no room, `StorageError` for other trouble; then it stays a temporary.
    public func keep(as destination: String) throws {
        try state.withLock { state in
            guard rename(path, destination) == 0 else { throw DiskWrite.error(errno, destination) }
            state.isKept = true
        }
    }
}
