/// The connection's side.
extension Exchange {
    /// Keeps a piece that was asked for; `wakeReader` is to follow.
    ///
    /// - Returns: whether another one is wanted already.
    func deliver(_ piece: [UInt8]) -> Bool {
        let limit = connection.context.settings.uploadBuffer
        return state.withLock { state in
            state.pieces.append(piece)
            state.buffered += piece.count
            state.isAsking = !state.isCut && state.buffered < limit
            return state.isAsking
        }
    }

    /// Has the application, if it waits, take what has been delivered. Waking a thread costs more than reading
    /// a piece.
    func wakeReader() {
        let reader = state.withLock { state in state.pieces.isEmpty ? nil : state.reader.take() }
        reader?.resume()
    }

    /// No more pieces come.
    func deliver(_ end: BodyEnd) {
        let reader = state.withLock { state in
            if state.bodyEnd == nil { state.bodyEnd = end }
            state.isAsking = false
            return state.reader.take()
        }
        reader?.resume()
    }

    /// The socket took pieces which had cost so much.
    func credit(_ cost: Int) {
        guard cost > 0 else { return }
        let limit = connection.context.settings.downloadBuffer
        let wakes = state.withLock { state in
            state.outstanding -= cost
            return state.outstanding <= limit / 2 && !state.writers.isEmpty
        }
        if wakes { wakeWriters() }
    }

    /// The connection is gone or the response is over: whoever waits is woken, and nothing more can be read or written.
    func cut() {
        let reader = state.withLock { state in
            state.isCut = true
            return state.reader.take()
        }
        reader?.resume()
        wakeWriters()
    }
}
