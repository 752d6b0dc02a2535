import Engine
import Foundation
import Synchronization

/// A program run beside this one, with pipes to its standard input and from its standard output.
///
/// Standard error is always drained, its end kept for error messages. The child has a process group of its own, so that
/// a Ctrl-C on the terminal reaches only this program, which then decides how the child ends. No descriptor other than
/// the three standard ones is handed on. The child is reaped once, by `wait`, and at the latest when the object goes.
public final class ChildProcess: Sendable {
    public enum Stream: Sendable {
        /// `/dev/null`.
        case nothing
        case pipe
    }

    /// How a process ended.
    public enum Ending: Sendable, Hashable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    public let name: String
    let pid: pid_t
    private let complaints: Complaints
    // Each lock is held for the whole of a read or a write, so a descriptor is never closed, and its number never given
    // to another file, while it is in use.
    private let input: Mutex<Int32?>
    private let output: Mutex<Int32?>
    private let ending = Mutex<Ending?>(nil)

    /// Descriptors are made and marked close-on-exec in two steps; no child may be started between them.
    private static let spawning = Mutex(())

    /// Starts a program found on the PATH.
    ///
    /// - Throws: `.toolFailed` if there is no such program or it cannot be started.
    public init(
        _ name: String, _ arguments: [String], input: Stream = .nothing, output: Stream = .nothing
    ) throws(EngineError) {
        // A child that ends early must show as a failed write, not end this program.
        signal(SIGPIPE, SIG_IGN)
        self.name = name
        let child = Self.spawning.withLock { _ in
            Result { () throws(EngineError) in try Self.spawn(name, arguments, input, output) }
        }
        let started = try child.get()
        pid = started.pid
        self.input = Mutex(started.input)
        self.output = Mutex(started.output)
        complaints = Complaints(draining: started.error)
    }

    deinit {
        if ending.withLock({ $0 == nil }) {
            kill()
            wait()
        }
    }

    /// Writes to the child's standard input; waits while the pipe is full.
    ///
    /// - Throws: `.toolFailed`, with the child's own complaint, if it has ended or closed its input.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(EngineError) {
        guard !offer(bytes) else { return }
        kill()
        wait()
        throw failure("stopped reading")
    }

    /// Writes to the child's standard input; waits while the pipe is full.
    ///
    /// - Returns: false if the child has ended or closed its input, which leaves the rest of its work alone.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        input.withLock { descriptor in descriptor.map { DescriptorIO.writeAll(bytes, to: $0) } ?? false }
    }

    /// Whether the child still reads its input and something written has not been read yet.
    var isInputPending: Bool {
        input.withLock { descriptor in
            guard let descriptor else { return false }
            var reader = pollfd(fd: descriptor, events: 0, revents: 0)
            var pending: Int32 = 0
            guard poll(&reader, 1, 0) == 0, ioctl(descriptor, UInt(FIONREAD), &pending) == 0 else { return false }
            return pending > 0
        }
    }

    /// Calls with the child's identifier while it is certain to be the child's; nil if it has been reaped.
    func whileAlive<Value: Sendable>(_ body: (pid_t) -> Value) -> Value? {
        ending.withLock { $0 == nil ? body(pid) : nil }
    }

    /// Tells the child that there is no more input.
    public func closeInput() {
        input.withLock { Self.close(&$0) }
    }

    /// Reads some of the child's standard output; 0 at its end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        output.withLock { descriptor in descriptor.map { max(0, DescriptorIO.readSome(buffer, from: $0)) } ?? 0 }
    }

    /// Reads the child's standard output to its end.
    ///
    /// - Throws: `.toolFailed` if there is more than `limit` bytes.
    public func readAll(limit: Int) throws(EngineError) -> [UInt8] {
        var bytes: [UInt8] = []
        let excess = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            while bytes.count <= limit {
                let count = read(into: buffer)
                guard count > 0 else { return false }
                bytes += buffer[..<count]
            }
            return true
        }
        guard !excess else {
            kill()
            throw EngineError(.toolFailed, name, found: "more than \(limit) bytes of output")
        }
        return bytes
    }

    /// Ends the child, and what it started itself, at once.
    public func kill() {
        // Under the lock, because a process identifier may be another process's once it has been reaped.
        ending.withLock { if $0 == nil { Glibc.kill(-pid, SIGKILL) } }
    }

    /// Closes the child's input and waits for its end; can be called any number of times.
    @discardableResult
    public func wait() -> Ending {
        closeInput()
        complaints.waitUntilDrained()
        // Waiting leaves the lock free for `kill`, and the child unreaped so that its identifier stays its own.
        if ending.withLock({ $0 == nil }) {
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        }
        let ending = ending.withLock { ending -> Ending in
            if let ending { return ending }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let found: Ending = signal == 0 ? .exited(status: status >> 8 & 0xFF) : .killed(signal: signal)
            ending = found
            return found
        }
        output.withLock { Self.close(&$0) }
        return ending
    }

    /// Waits for the child's end.
    ///
    /// - Throws: `.toolFailed`, with the child's own complaint, unless it exits with status 0.
    public func finish() throws(EngineError) {
        switch wait() {
        case .exited(status: 0): return
        case .exited(let status): throw failure("exit status \(status)")
        case .killed(let signal): throw failure("killed by signal \(signal)")
        }
    }

    /// The last lines that the child wrote to its standard error, on one line. Complete after `wait`.
    public var complaint: String { complaints.summary }

    /// Whether the last of what the child wrote to its standard error has some words. Complete after `wait`.
    func complained(of words: String) -> Bool { complaints.text.contains(words) }

    private func failure(_ fallback: String) -> EngineError {
        let complaint = complaints.summary
        return EngineError(.toolFailed, name, found: complaint.isEmpty ? fallback : complaint)
    }

    private static func close(_ descriptor: inout Int32?) {
        if let open = descriptor { Glibc.close(open) }
        descriptor = nil
    }
}
