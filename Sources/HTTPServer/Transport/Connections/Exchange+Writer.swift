/// The response's content, as the application makes it.
extension Exchange: ResponseWriter {
    /// What a piece costs beyond its bytes.
    private static let overhead = 64
    /// What part of a file costs: nothing of it is held in memory, but there should not be any number of them.
    private static let fileCost = 16 << 10

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let cost = bytes.count + Self.overhead
        try charge(cost)
        tell(.piece(self, bytes, credit: cost))
        try await waitForRoom()
    }

    func write(_ file: FileHandle, _ range: Range<Int>) async throws {
        guard !range.isEmpty else { return }
        try charge(Self.fileCost)
        tell(.filePiece(self, file, range, credit: Self.fileCost))
        try await waitForRoom()
    }

    private func charge(_ cost: Int) throws {
        try state.withLock { state in
            guard !state.isCut else { throw CancellationError() }
            state.outstanding += cost
        }
    }

    private func waitForRoom() async throws {
        let limit = connection.context.settings.downloadBuffer
        while try hasToWait(limit) {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if state.outstanding <= limit || state.isCut || Task.isCancelled { return true }
                        state.writers.append(continuation)
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                wakeWriters()
            }
            try Task.checkCancellation()
        }
    }

    private func hasToWait(_ limit: Int) throws -> Bool {
        try state.withLock { state in
            guard !state.isCut else { throw CancellationError() }
            return state.outstanding > limit
        }
    }

    func wakeWriters() {
        let writers = state.withLock { state in
            defer { state.writers = [] }
            return state.writers
        }
        for writer in writers { writer.resume() }
    }
}
