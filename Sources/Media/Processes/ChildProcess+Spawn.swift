import Engine
import Foundation

extension ChildProcess {
    /// A started child and this program's ends of its pipes.
    struct Spawned {
        let pid: pid_t
        let input: Int32?
        let output: Int32?
        let error: Int32
    }

    /// A pipe, both ends close-on-exec: the child gets its end as a copy under a standard number.
    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }

        func close() {
            Glibc.close(reading)
            Glibc.close(writing)
        }
    }

    static func spawn(
        _ name: String, _ arguments: [String], _ input: Stream, _ output: Stream
    ) throws(EngineError) -> Spawned {
        let stdin = input == .pipe ? Pipe() : nil
        let stdout = output == .pipe ? Pipe() : nil
        let stderr = Pipe()
        guard let stderr, (stdin != nil) == (input == .pipe), (stdout != nil) == (output == .pipe) else {
            let reason = errno
            for pipe in [stdin, stdout, stderr] { pipe?.close() }
            throw cannotStart(name, reason)
        }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let stdin {
            posix_spawn_file_actions_adddup2(&actions, stdin.reading, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        if let stdout {
            posix_spawn_file_actions_adddup2(&actions, stdout.writing, STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, stderr.writing, STDERR_FILENO)
        // This program's descriptors other than the standard ones, of which libraries may have left some inheritable.
        if let closeFrom = Self.closeFrom {
            _ = closeFrom(&actions, STDERR_FILENO + 1)
        } else {
            for descriptor in openDescriptors() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }

        // Ignored and blocked signals are inherited, and Dispatch's threads block most of them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var environment = ProcessInfo.processInfo.environment
        environment["AV_LOG_FORCE_NOCOLOR"] = "1"
        let arguments = ([name] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in arguments + variables { free(string) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, name, &actions, &attributes, arguments, variables)

        for end in [stdin?.reading, stdout?.writing, stderr.writing] { if let end { Glibc.close(end) } }
        guard status == 0 else {
            for end in [stdin?.writing, stdout?.reading, stderr.reading] { if let end { Glibc.close(end) } }
            throw cannotStart(name, status)
        }
        return Spawned(pid: pid, input: stdin?.writing, output: stdout?.reading, error: stderr.reading)
    }

    // One system call however many descriptors there are; glibc has it since 2.34, under `_GNU_SOURCE` only.
    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")
        .map { unsafeBitCast($0, to: CloseFrom.self) }

    private static func openDescriptors() -> [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var descriptors: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let descriptor = Int32(name), descriptor > STDERR_FILENO { descriptors.append(descriptor) }
        }
        return descriptors
    }

    private static func cannotStart(_ name: String, _ reason: Int32) -> EngineError {
        // Both programs of that package.
        let package = name.hasPrefix("ff") ? "ffmpeg" : name
        guard reason == ENOENT else {
            return EngineError(.toolFailed, name, found: "cannot be started: \(String(cString: strerror(reason)))")
        }
        return EngineError(
            .toolFailed, name, found: "not found on the PATH", remedy: "install it: apt-get install \(package)")
    }
}
