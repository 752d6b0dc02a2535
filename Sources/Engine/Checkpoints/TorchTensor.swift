/// A tensor as a pickle describes it: a view of a storage, not read.
struct TorchTensor: Sendable, Hashable {
    /// An index into `Pickle.storages`.
    let storage: Int
    let element: TorchElement
    /// Of the first element in the storage, in elements.
    let offset: Int
    let shape: [Int]
    /// In elements.
    let strides: [Int]

    /// Elements.
    let count: Int

    /// Fails for sizes that overflow and for a view that leaves its storage.
    init?(storage: Int, of declared: TorchStorage, element: TorchElement, offset: Int, shape: [Int], strides: [Int]) {
        guard let count = Extents.count(shape), offset >= 0, strides.count == shape.count,
            strides.allSatisfy({ $0 >= 0 }),
            let reach = Extents.reach(offset: offset, shape: shape, strides: strides),
            reach <= declared.byteCount / element.byteCount
        else { return nil }
        self.storage = storage
        self.element = element
        self.offset = offset
        self.shape = shape
        self.strides = strides
        self.count = count
    }
}
