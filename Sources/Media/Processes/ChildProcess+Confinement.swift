import Engine
import Foundation

/// Limits that the kernel holds a child to.
///
/// They are set from outside, right after its start and before it is given any input: until then it has read nothing
/// that could have turned it against us, so no moment is missed.
extension ChildProcess {
    /// Limits CPU time and memory, and forbids files to be written and core dumps.
    ///
    /// - Throws: `.toolFailed` if the kernel refuses; the child has then been ended.
    func confine(_ limits: ProcessLimits) throws(EngineError) {
        // The soft limit's signal ends ffmpeg; the hard one, a second later, cannot be caught.
        try limit(RLIMIT_CPU, soft: limits.cpuSeconds, hard: limits.cpuSeconds + 1)
        if let bytes = limits.addressSpace { try limit(RLIMIT_AS, soft: bytes, hard: bytes) }
        try limit(RLIMIT_FSIZE, soft: 0, hard: 0)
        try limit(RLIMIT_CORE, soft: 0, hard: 0)
    }

    /// From here on the child cannot open anything: no file, no socket, no pipe. Those that it has stay open.
    ///
    /// Programs open their libraries as they start. So this feeds one byte of the input and waits until it is taken,
    /// which shows that the program has come to reading, while one byte has no meaning yet.
    ///
    /// - Throws: `.toolFailed` if the kernel refuses; the child has then been ended.
    func sealAfterReading(_ byte: UInt8) throws(EngineError) {
        guard feedFirst(byte) else { return }
        try limit(RLIMIT_NOFILE, soft: 0, hard: 0)
    }

    /// Feeds one byte and waits until it is taken, which shows that the program has started and come to reading.
    ///
    /// - Returns: false if the child has ended or closed its input.
    func feedFirst(_ byte: UInt8) -> Bool {
        guard withUnsafeBytes(of: byte, { offer($0) }) else { return false }
        while isInputPending { usleep(500) }
        return true
    }

    private func limit(_ resource: __rlimit_resource, soft: Int, hard: Int) throws(EngineError) {
        let status = whileAlive { pid in
            var limit = rlimit(rlim_cur: rlim_t(max(soft, 0)), rlim_max: rlim_t(max(hard, 0)))
            guard let prlimit = Self.prlimit else { return ENOSYS }
            return prlimit(pid, Int32(bitPattern: resource.rawValue), &limit, nil) == 0 ? 0 : errno
        }
        // One that has ended needs no limits; why it did comes out where it is waited for.
        guard let status, status != 0, status != ESRCH else { return }
        kill()
        wait()
        throw EngineError(
            .toolFailed, name, found: "its resources cannot be limited: \(String(cString: strerror(status)))")
    }

    // prlimit(2) is declared for `_GNU_SOURCE` only, which Swift's view of the C library does without.
    private typealias Prlimit =
        @convention(c) (pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?) -> Int32
    private static let prlimit = dlsym(nil, "prlimit").map { unsafeBitCast($0, to: Prlimit.self) }
}
