/// What came of moving bytes over a non-blocking socket.
enum Transfer: Equatable {
    /// So many went, at least one.
    case bytes(Int)
    /// None now: the event loop will tell when to try again.
    case wouldBlock
    /// The peer sends no more.
    case end
    /// The connection is broken.
    case failed
}
