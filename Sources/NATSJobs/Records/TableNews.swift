#if NATS

/// What a table tells its observer; it may tell the same again, and older things after newer ones.
enum TableNews: Sendable {
    case entry(TableEntry)
    /// All there is, and how far it reaches: what is older and not among it was removed.
    case everything([TableEntry], upTo: UInt64)
}

#endif
