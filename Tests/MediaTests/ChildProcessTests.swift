import Engine
import Foundation
import Synchronization
import Testing

@testable import Media

@Suite struct ChildProcessTests {
    @Test func missingProgramsNameThePackage() throws {
        let error = try #require(throws: EngineError.self) { try ChildProcess("ffnothing", []) }
        #expect(error.code == .toolFailed)
        #expect("\(error)" == "ffnothing: not found on the PATH; install it: apt-get install ffmpeg")
    }

    @Test func failuresCarryTheChildsOwnWords() throws {
        let child = try ChildProcess("sh", ["-c", "echo first >&2; echo '[mp3 @ 0x12ab] the reason' >&2; exit 3"])
        let error = try #require(throws: EngineError.self) { try child.finish() }
        #expect(error.found == "first; the reason")
        #expect(child.wait() == .exited(status: 3))
    }

    @Test func silentFailuresNameTheStatus() throws {
        let error = try #require(throws: EngineError.self) { try ChildProcess("sh", ["-c", "exit 3"]).finish() }
        #expect(error.found == "exit status 3")
    }

    @Test func neitherPipeBlocksTheOther() throws {
        // More than any pipe holds, in all three directions at once.
        let child = try ChildProcess("sh", ["-c", "tee /dev/stderr"], input: .pipe, output: .pipe)
        let sent = [UInt8](repeating: 65, count: 1 << 20)
        let failed = Mutex(false)
        let writer = DispatchGroup()
        DispatchQueue.global().async(group: writer) {
            do {
                try sent.withUnsafeBytes { try child.write($0) }
            } catch {
                failed.withLock { $0 = true }
            }
            child.closeInput()
        }
        let received = try child.readAll(limit: 1 << 21)
        writer.wait()
        try child.finish()
        #expect(received == sent)
        #expect(!failed.withLock { $0 })
        #expect(child.complaint.count <= 303)
    }

    @Test func aReaderThatLeavesIsAnError() throws {
        let child = try ChildProcess("sh", ["-c", "echo no room >&2; exit 1"], input: .pipe)
        let bytes = [UInt8](repeating: 0, count: 1 << 20)
        let error = try #require(throws: EngineError.self) { try bytes.withUnsafeBytes { try child.write($0) } }
        #expect(error.code == .toolFailed)
    }

    @Test func killedChildrenAreReaped() throws {
        let child = try ChildProcess("sleep", ["600"])
        child.kill()
        #expect(child.wait() == .killed(signal: SIGKILL))
        #expect(kill(child.pid, 0) == -1 && errno == ESRCH)
    }

    @Test func aChildCanBeKilledWhileItIsWaitedFor() throws {
        // Its standard error is closed, so that the end of that does not tell its end.
        let child = try ChildProcess("sh", ["-c", "exec 2>&-; echo ready; exec sleep 600"], output: .pipe)
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 1) { #expect(child.read(into: $0) == 6) }
        DispatchQueue.global().async { child.kill() }
        #expect(child.wait() == .killed(signal: SIGKILL))
    }

    @Test func forgottenChildrenAreEnded() throws {
        var child: ChildProcess? = try ChildProcess("sleep", ["600"], input: .pipe, output: .pipe)
        let pid = try #require(child?.pid)
        child = nil
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test func childrenInheritNothing() throws {
        let own = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(own) }
        let other = try ChildProcess("sleep", ["600"], input: .pipe, output: .pipe)
        defer { other.kill() }
        // 3 is the folder that ls itself reads.
        let descriptors = try run("ls", ["/proc/self/fd"])
        #expect(String(decoding: descriptors, as: UTF8.self) == "0\n1\n2\n3\n")
        // Of the signals, none is blocked, and of the lowest 31 (those above belong to the C library) none ignored.
        let signals = try run("grep", ["-hE", "Sig(Blk|Ign)", "/proc/self/status"])
        let masks = String(decoding: signals, as: UTF8.self).split(separator: "\n").compactMap {
            UInt64($0.split(separator: "\t")[1], radix: 16)
        }
        #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
    }

    @Test func outputIsBounded() throws {
        let child = try ChildProcess("sh", ["-c", "yes"], output: .pipe)
        #expect(throws: EngineError.self) { try child.readAll(limit: 1_000) }
    }

    @Test func interruptsOfTheTerminalDoNotReachChildren() throws {
        let child = try ChildProcess("sleep", ["600"])
        defer { child.kill() }
        #expect(getpgid(child.pid) == child.pid)
    }
}
