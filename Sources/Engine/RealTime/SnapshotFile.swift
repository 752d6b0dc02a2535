import Foundation

/// Blocks of values as they are in many frames, in a file mapped for writing: too much for memory, and what an interrupted bake
/// goes on from.
///
/// `@unchecked Sendable`: workers write blocks of their own; a snapshot is marked as done by one thread after all of it.
final class SnapshotFile: @unchecked Sendable {
    let snapshots: Int
    let blocks: Int
    /// `[snapshots, blocks, 256]`.
    let values: UnsafeMutablePointer<Int16>
    private let base: UnsafeMutableRawPointer
    private let bytes: Int
    private static let header = 4096

    /// Opens the file or makes it anew, if it is not of the same plan.
    ///
    /// - Parameter plan: 32 bytes that say what the values are of.
    /// - Throws: `.unwritable`.
    init(path: String, snapshots: Int, blocks: Int, plan: [UInt8]) throws(EngineError) {
        precondition(plan.count == 32 && snapshots <= Self.header - 64)
        self.snapshots = snapshots
        self.blocks = blocks
        bytes = Self.header + snapshots * blocks * BakeBlock.values * 2
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unwritable(path) }
        let isOurs = Int(status.st_size) == bytes
        // Blocks are claimed now: a write into a hole of a full disk would end the program.
        if !isOurs {
            guard ftruncate(descriptor, 0) == 0, posix_fallocate(descriptor, 0, off_t(bytes)) == 0 else {
                throw Self.unwritable(path)
            }
        }
        guard let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { throw Self.unwritable(path) }
        base = mapped
        values = (mapped + Self.header).bindMemory(to: Int16.self, capacity: snapshots * blocks * BakeBlock.values)
        let known = UnsafeRawBufferPointer(start: mapped, count: 32)
        if Array(known) != plan {
            memset(mapped, 0, Self.header)
            memcpy(mapped, plan, 32)
        }
    }

    deinit { munmap(base, bytes) }

    func isDone(_ snapshot: Int) -> Bool { base.load(fromByteOffset: 64 + snapshot, as: UInt8.self) == 1 }

    /// Marks a snapshot as complete, its values on the disk first.
    func finish(_ snapshot: Int) {
        msync(base, bytes, MS_ASYNC)
        base.storeBytes(of: 1, toByteOffset: 64 + snapshot, as: UInt8.self)
    }

    /// A block's 256 values in a snapshot.
    @inline(__always)
    func block(_ block: Int, in snapshot: Int) -> UnsafeMutablePointer<Int16> {
        values + (snapshot * blocks + block) * BakeBlock.values
    }

    private static func unwritable(_ path: String) -> EngineError {
        EngineError(
            .unwritable, path, found: String(cString: strerror(errno)),
            remedy: "make room or name another place with --output")
    }
}
