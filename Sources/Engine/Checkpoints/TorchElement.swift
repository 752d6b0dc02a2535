/// The type of a torch storage's elements.
enum TorchElement: Sendable, Hashable {
    case float(FloatFormat)
    /// Integers, booleans, complex and quantised numbers: known by size, so that they can be passed over.
    case other(byteCount: Int)

    var byteCount: Int {
        switch self {
        case .float(let format): format.byteCount
        case .other(let byteCount): byteCount
        }
    }

    var isFloat: Bool {
        if case .float = self { true } else { false }
    }

    /// - Parameter storage: the name of a storage's class in `torch`, `torch.storage` or `torch.cuda`.
    init?(storage: String) {
        switch storage {
        case "HalfStorage": self = .float(.half)
        case "BFloat16Storage": self = .float(.bfloat16)
        case "FloatStorage": self = .float(.single)
        case "DoubleStorage": self = .float(.double)
        case "ByteStorage", "CharStorage", "BoolStorage", "UntypedStorage", "QInt8Storage", "QUInt8Storage":
            self = .other(byteCount: 1)
        case "ShortStorage": self = .other(byteCount: 2)
        case "IntStorage", "QInt32Storage": self = .other(byteCount: 4)
        case "LongStorage", "ComplexFloatStorage": self = .other(byteCount: 8)
        case "ComplexDoubleStorage": self = .other(byteCount: 16)
        default: return nil
        }
    }

    /// - Parameter dtype: the name of a `torch.dtype` in `torch`.
    init?(dtype: String) {
        switch dtype {
        case "float16": self = .float(.half)
        case "bfloat16": self = .float(.bfloat16)
        case "float32": self = .float(.single)
        case "float64": self = .float(.double)
        case "uint8", "int8", "bool", "float8_e4m3fn", "float8_e5m2": self = .other(byteCount: 1)
        case "int16", "uint16": self = .other(byteCount: 2)
        case "int32", "uint32", "complex32": self = .other(byteCount: 4)
        case "int64", "uint64", "complex64": self = .other(byteCount: 8)
        case "complex128": self = .other(byteCount: 16)
        default: return nil
        }
    }
}
