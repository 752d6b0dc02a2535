/// A value on an unpickler's stack.
///
/// Containers are numbers of objects on the `Pickle`'s heap, not Swift values inside each other: a pickle may nest a million
/// deep or contain itself, and neither recursion nor a reference cycle can come of it.
enum PickleValue: Sendable, Hashable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 64 bits: its little-endian two's complement.
    case long([UInt8])
    case float(Double)
    case text(String)
    case bytes([UInt8])
    /// A container: an index into `Pickle.objects`.
    case object(Int)
    case global(PickleGlobal)
    /// An index into `Pickle.storages`.
    case storage(Int)
    /// An index into `Pickle.tensors`.
    case tensor(Int)
    /// A device: a place, of no consequence here.
    case device
}

/// A container on an unpickler's heap.
struct PickleObject: Sendable {
    enum Kind: Sendable { case list, tuple, set, dictionary }
    let kind: Kind
    /// The elements; for a dictionary keys and values in turn.
    var items: [PickleValue]
}
