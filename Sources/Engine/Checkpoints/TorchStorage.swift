/// A run of elements that tensors are views of, as a pickle names it: the bytes are elsewhere in the file.
struct TorchStorage: Sendable, Hashable {
    let key: String
    let element: TorchElement
    /// Elements.
    let count: Int
    /// `count` elements' bytes.
    let byteCount: Int

    /// Fails if the size overflows.
    init?(key: String, element: TorchElement, count: Int) {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: element.byteCount)
        guard count >= 0, !overflow else { return nil }
        self.key = key
        self.element = element
        self.count = count
        self.byteCount = byteCount
    }
}
