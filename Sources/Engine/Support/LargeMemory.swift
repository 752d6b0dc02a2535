import Foundation

/// Memory that is read all over, in pages of 2 MB where the system has them: with pages of 4 KB, much of the time goes into
/// finding them. Pages that nobody writes to are zeros and take no memory.
///
/// `@unchecked Sendable`: who shares it between threads gives each its own range or only reads.
final class LargeMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    private let byteCount: Int

    private static let page = 2 << 20

    /// - Precondition: the system has that much address space.
    init(byteCount: Int) {
        self.byteCount = max(byteCount, 1)
        let protection = PROT_READ | PROT_WRITE
        guard let memory = mmap(nil, self.byteCount, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { fatalError("no memory for \(byteCount) bytes") }
        base = memory
        #if os(Linux)
        if self.byteCount >= Self.page { madvise(base, self.byteCount, MADV_HUGEPAGE) }
        #endif
    }

    deinit { munmap(base, byteCount) }
}
