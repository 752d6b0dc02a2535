import Foundation

/// Memory that is read all over, in pages of 2 MB where the system has them: with pages of 4 KB, much of the time goes into
/// finding them.
enum LargeMemory {
    private static let page = 2 << 20

    /// Memory that holds whatever it held, to be deallocated by its user.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let isLarge = byteCount >= page
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isLarge ? page : 64)
        #if os(Linux)
            if isLarge { madvise(memory, byteCount, MADV_HUGEPAGE) }
        #endif
        return memory
    }
}
