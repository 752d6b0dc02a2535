extension Connection {
    /// Reads in one round before others get their turn.
    private static let readsInOneRound = 4

    func readInput() {
        var reads = 0
        while isReadable, !isReadingPaused, !hasEnded, !isClosed {
            guard reads < Self.readsInOneRound else { return callAgain() }
            reads += 1
            let buffer = loop.inputScratch
            switch socket.read(into: buffer) {
            case .bytes(let count):
                // Fewer than asked for: the kernel has no more, and will tell when it has (epoll(7)).
                if count < buffer.count, !isSecure, !isEndAnnounced { isReadable = false }
                context.counters.bytesReceived.add(count)
                machine.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]), now: loop.now)
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
}
