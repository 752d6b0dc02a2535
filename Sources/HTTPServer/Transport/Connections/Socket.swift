import CLinux
import Glibc

/// A connected socket, bare or encrypted.
///
/// A struct of two words, copied nowhere: its connection closes the descriptor.
struct Socket {
    let descriptor: Int32
    let tls: TLSSession?

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        if let tls { return tls.read(into: buffer) }
        return Self.transfer { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
    }

    /// Reads up to `size` bytes to an array that has room for twice what came at most.
    func read(upTo size: Int) -> (Transfer, [UInt8]) {
        var transfer = Transfer.wouldBlock
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            transfer = read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let read) = transfer { count = read }
        }
        return (transfer, bytes.count < size / 2 ? bytes.withUnsafeBytes { Array($0) } : bytes)
    }

    /// Sends the pieces' bytes one behind the other; not under TLS.
    func write(_ pieces: UnsafeBufferPointer<iovec>) -> Transfer {
        Self.transfer { writev(descriptor, pieces.baseAddress, Int32(pieces.count)) }
    }

    /// Sends part of a file without a copy; not under TLS.
    func send(_ file: FileHandle, _ range: Range<Int>) -> Transfer {
        var offset = off_t(range.lowerBound)
        return Self.transfer { sendfile(descriptor, file.descriptor, &offset, range.count) }
    }

    /// Sends no more: the peer reads an end.
    func finish() {
        tls?.sayGoodbye()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// - Parameter abruptly: the peer sees a reset instead of an end, and what waits to be sent is dropped.
    func close(abruptly: Bool) {
        if abruptly {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        } else {
            tls?.sayGoodbye()
        }
        Glibc.close(descriptor)
    }

    private static func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }
}
