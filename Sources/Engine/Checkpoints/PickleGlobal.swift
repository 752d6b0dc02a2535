/// The Python names that tensors, modules and optimisers are pickled with: all that an `Unpickler` knows. They are labels;
/// none stands for code that could be called.
enum PickleGlobal: Sendable, Hashable {
    /// `collections.OrderedDict`, a state dict.
    case orderedDictionary
    /// `torch._utils._rebuild_tensor` and `_v2`: storage, offset, size, stride, and flags.
    case rebuildTensor
    /// `torch._utils._rebuild_tensor_v3`: as `v2`, with the type of the elements after the flags.
    case rebuildTypedTensor
    /// `torch._utils._rebuild_parameter` and `_with_state`: a tensor, and flags.
    case rebuildParameter
    /// `torch.FloatStorage`, `torch.storage.UntypedStorage` and the like.
    case storage(TorchElement)
    /// `torch.float32` and the like.
    case elementType(TorchElement)
    /// `torch.Size`, a tuple.
    case size
    /// `set` and `frozenset`, `list`, `tuple` and `dict`.
    case container(PickleObject.Kind)
    /// `torch.device`.
    case device

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTypedTensor
        case ("torch._utils", "_rebuild_parameter"), ("torch._utils", "_rebuild_parameter_with_state"):
            self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", "device"): self = .device
        case ("builtins", "set"), ("builtins", "frozenset"), ("__builtin__", "set"), ("__builtin__", "frozenset"):
            self = .container(.set)
        case ("builtins", "list"), ("__builtin__", "list"): self = .container(.list)
        case ("builtins", "tuple"), ("__builtin__", "tuple"): self = .container(.tuple)
        case ("builtins", "dict"), ("__builtin__", "dict"): self = .container(.dictionary)
        case ("torch", _), ("torch.storage", _), ("torch.cuda", _):
            if let element = TorchElement(storage: name) {
                self = .storage(element)
            } else if module == "torch", let element = TorchElement(dtype: name) {
                self = .elementType(element)
            } else {
                return nil
            }
        default: return nil
        }
    }
}
