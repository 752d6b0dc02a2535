/// The request's content, as the application pulls it.
extension Exchange: RequestBody.Source {
    func next() async throws -> [UInt8]? {
        while true {
            if let taken = try take() {
                if taken.asks { tell(.wantsBody(self)) }
                switch taken.outcome {
                case .piece(let piece): return piece
                case .end: return nil
                case .later: break
                }
            }
            await waitForPiece()
            try Task.checkCancellation()
        }
    }

    private enum Outcome {
        case piece([UInt8])
        case end
        case later
    }

    private func take() throws -> (outcome: Outcome, asks: Bool)? {
        let limit = connection.context.settings.uploadBuffer
        return try state.withLock { state in
            let outcome: Outcome
            if !state.pieces.isEmpty {
                let piece = state.pieces.removeFirst()
                state.buffered -= piece.count
                outcome = .piece(piece)
            } else {
                switch state.bodyEnd {
                case .complete?: return (.end, false)
                case .failed(let error)?: throw error
                case nil: break
                }
                if state.isCut { throw CancellationError() }
                outcome = .later
            }
            // Asked again at half the limit only, so that pieces come in runs rather than one by one.
            let asks = !state.isAsking && !state.isCut && state.bodyEnd == nil && state.buffered <= limit / 2
            if asks { state.isAsking = true }
            return (outcome, asks)
        }
    }

    private func waitForPiece() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.pieces.isEmpty || state.bodyEnd != nil || state.isCut || Task.isCancelled { return true }
                    precondition(state.reader == nil, "a body is read by one task at a time")
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in state.reader.take() }?.resume()
        }
    }
}
