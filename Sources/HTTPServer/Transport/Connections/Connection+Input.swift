extension Connection {
    /// Reads in one round before others get their turn.
    private static let readsInOneRound = 4

    func readInput() {
        var reads = 0
        while isReadable, !isReadingPaused, !hasEnded, !isClosed {
            guard reads < Self.readsInOneRound else { return callAgain() }
            reads += 1
            switch readOnce() {
            case .bytes(let count):
                // Fewer than asked for: the kernel has no more, and will tell when it has (epoll(7)).
                if count < EventLoop.readSize, !isSecure, !isEndAnnounced { isReadable = false }
                context.counters.bytesReceived.add(count)
                act()
            case .wouldBlock:
                isReadable = false
            case .end:
                hasEnded = true
                machine.receivedEnd(now: loop.now)
                act()
            case .failed:
                return lose()
            }
        }
        updateDeadline()
    }

    /// Has the machine take what one read gives.
    private func readOnce() -> Transfer {
        // The content of a large upload is read to where it stays. A record of TLS is too little for that.
        if !isSecure, machine.awaitsContent(EventLoop.readSize) {
            let (transfer, bytes) = socket.read(upTo: EventLoop.readSize)
            if !bytes.isEmpty { machine.received(bytes, now: loop.now) }
            return transfer
        }
        let transfer = socket.read(into: loop.inputScratch)
        if case .bytes(let count) = transfer {
            machine.received(UnsafeRawBufferPointer(rebasing: loop.inputScratch[..<count]), now: loop.now)
        }
        return transfer
    }
}
