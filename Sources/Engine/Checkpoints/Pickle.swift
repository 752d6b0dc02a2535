/// What a pickle holds, once read: no more than numbers, text, containers and references to tensors.
struct Pickle: Sendable {
    var root = PickleValue.none
    var objects: [PickleObject] = []
    /// Each once, in the order in which the pickle names them.
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []

    /// The elements of a list or a tuple, nil for anything else.
    func items(_ value: PickleValue) -> [PickleValue]? {
        guard case .object(let index) = value else { return nil }
        let object = objects[index]
        return object.kind == .list || object.kind == .tuple ? object.items : nil
    }

    /// The entries of a dictionary that have text for a key, in the order in which they were set; nil for anything else.
    func entries(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
        guard case .object(let index) = value, objects[index].kind == .dictionary else { return nil }
        let items = objects[index].items
        return stride(from: 0, to: items.count, by: 2).compactMap { i in
            if case .text(let key) = items[i] { (key, items[i + 1]) } else { nil }
        }
    }

    /// The value that a dictionary has for a key: the one that was set last.
    func entry(_ key: String, of value: PickleValue) -> PickleValue? {
        entries(value)?.last { $0.key == key }?.value
    }
}
