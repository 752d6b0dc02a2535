import HTTPCore

extension Connection {
    /// Bytes written in one round before others get their turn.
    private static let writtenInOneRound = 1 << 20

    func queue(_ bytes: [UInt8]) {
        queued += bytes.count
        output.append(bytes)
        flushSoon()
    }

    /// Queues a piece of a response's content with its framing.
    func queueContent(_ bytes: [UInt8], credit: Int = 0) {
        guard let frame = machine.sendBody(bytes.count, now: loop.now) else { return act() }
        act()
        queued += frame.prefix.count + bytes.count + frame.suffix.count
        output.append(frame.prefix)
        output.append(bytes, credit: credit)
        output.append(frame.suffix)
        flushSoon()
    }

    func queueContent(_ file: FileHandle, _ range: Range<Int>, credit: Int) {
        guard let frame = machine.sendBody(range.count, now: loop.now) else { return act() }
        act()
        queued += frame.prefix.count + range.count + frame.suffix.count
        output.append(frame.prefix)
        output.append(file, range, credit: credit)
        output.append(frame.suffix)
        flushSoon()
    }

    /// Writes as much as the socket takes, after the application has been told of content that came.
    func flush() {
        willFlush = false
        guard !isClosed else { return }
        running?.exchange.wakeReader()
        var written = 0
        settle(output.remove(0))
        while isWritable, !output.isEmpty, written < Self.writtenInOneRound {
            let (transfer, asked) = writeOnce()
            switch transfer {
            case .bytes(let count):
                // Fewer than asked for: the socket is full, and the kernel will tell when it is not (epoll(7)). It says
                // less about a file, of which the system sends as much at a time as it likes.
                if count < asked, !isSecure { isWritable = false }
                written += count
                settle(output.remove(count))
            case .wouldBlock:
                isWritable = false
            case .end:
                // The file has become shorter than it was when it was announced.
                context.logger.error("a response was cut since its file is shorter than when it was opened")
                machine.abortResponse(now: loop.now)
                act()
                if !isClosed { close(abruptly: true) }
                return
            case .failed:
                return lose()
            }
        }
        context.counters.bytesSent.add(written)
        machine.wrote(written, now: loop.now)
        act()
        if isWritable, !output.isEmpty { callAgain() }
        updateDeadline()
    }

    private func settle(_ progress: OutputQueue.Progress) {
        if progress.credit > 0 { running?.exchange.credit(progress.credit) }
        for end in progress.finished { context.report(end, isComplete: true) }
    }

    /// - Returns: what came of it, and how many bytes would have been the most.
    private func writeOnce() -> (Transfer, asked: Int) {
        if let tls = socket.tls { return writeOnce(tls) }
        if let (file, range) = output.nextFile { return (socket.send(file, range), 0) }
        return output.withNextBytes { parts in
            (socket.write(parts), parts.reduce(0) { $0 + $1.iov_len })
        }
    }

    /// Small pieces are put together to one record. When OpenSSL could not write, it has to be given the same bytes again,
    /// which it is: what waits only ever grows at its end.
    private func writeOnce(_ tls: TLSSession) -> (Transfer, asked: Int) {
        let scratch = loop.outputScratch
        if let (file, range) = output.nextFile {
            let part = range.prefix(scratch.count)
            let read = file.read(part, into: scratch)
            guard read > 0 else { return (read == 0 ? .end : .failed, 0) }
            return (tls.write(UnsafeRawBufferPointer(rebasing: scratch[..<read])), 0)
        }
        return output.withNextBytes { parts in
            var filled = 0
            for part in parts {
                let bytes = UnsafeRawBufferPointer(start: part.iov_base, count: part.iov_len)
                let fitting = min(bytes.count, scratch.count - filled)
                scratch[filled...].copyBytes(from: bytes[..<fitting])
                filled += fitting
            }
            return (tls.write(UnsafeRawBufferPointer(rebasing: scratch[..<filled])), 0)
        }
    }
}
