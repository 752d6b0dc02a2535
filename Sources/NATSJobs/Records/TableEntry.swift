#if NATS

import Foundation

/// What a table has under a key.
struct TableEntry: Sendable {
    let key: String
    /// Its place among all that was ever stored in the table.
    let sequence: UInt64
    /// Nil for the mark of a removal.
    let value: Data?
}

#endif
