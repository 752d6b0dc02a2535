/// A pickle machine that reads what `torch.save` writes and cannot do anything else.
///
/// A pickle is a program for a stack machine with a memo (PEP 307, PEP 3154, `pickletools`). Python's machine calls whatever
/// the program names; this one knows `PickleOpcode`'s instructions and `PickleGlobal`'s names, which it answers with plain
/// values. Anything else ends the reading with an error that names it.
struct Unpickler {
    private var cursor: ByteCursor
    private var pickle = Pickle()
    private var stack: [PickleValue] = []
    /// Heights of the stack; what is below the last one is out of reach until the mark is popped.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    /// Indices into `pickle.storages`, by key.
    private var storages: [String: Int] = [:]
    /// Items that may yet go into containers.
    private var itemBudget: Int

    /// Reads one pickle and leaves the cursor behind it.
    /// - Throws: `EngineError` `.malformed`, `.unsupported` for opcodes and globals that tensors do not need.
    static func load(_ cursor: inout ByteCursor) throws(EngineError) -> Pickle {
        var machine = Unpickler(cursor)
        try machine.run()
        cursor = machine.cursor
        return machine.pickle
    }

    private init(_ cursor: ByteCursor) {
        self.cursor = cursor
        itemBudget = min(cursor.remaining, CheckpointLimits.pickleValues)
    }

    private mutating func run() throws(EngineError) {
        while true {
            let position = cursor.position
            let byte = try cursor.byte("a pickle's next opcode")
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw refused("uses the pickle opcode 0x\(String(byte, radix: 16)) at byte \(position)")
            }
            if opcode == .stop {
                pickle.root = try pop()
                return
            }
            try execute(opcode)
            let limit = CheckpointLimits.pickleValues
            guard stack.count <= limit, marks.count <= limit, memo.count <= limit, pickle.objects.count <= limit else {
                throw malformed("more than \(limit) values")
            }
        }
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(EngineError) {
        switch opcode {
        case .proto:
            let version = try cursor.byte("a pickle's protocol")
            guard (2...5).contains(version) else { throw malformed("protocol \(version)") }
        case .frame:  // a hint for buffering; the opcodes inside follow as if it were not there
            _ = try cursor.integer(UInt64.self, "a pickle's frame")
        case .stop: break
        case .mark: marks.append(stack.count)
        case .pop:  // a mark if it is on top, as in Python's machine
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .dup: stack.append(try top())

        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: stack.append(.integer(Int(try cursor.integer(Int32.self, "BININT"))))
        case .binInt1: stack.append(.integer(Int(try cursor.byte("BININT1"))))
        case .binInt2: stack.append(.integer(Int(try cursor.integer(UInt16.self, "BININT2"))))
        case .long1: try pushLong(try cursor.byte("LONG1"))
        case .long4: try pushLong(try cursor.integer(Int32.self, "LONG4"))
        case .binFloat:  // big-endian, unlike all integers
            stack.append(.float(Double(bitPattern: try cursor.integer(UInt64.self, "BINFLOAT").byteSwapped)))
        case .binString: try pushText(try cursor.integer(Int32.self, "BINSTRING"))
        case .shortBinString: try pushText(try cursor.byte("SHORT_BINSTRING"))
        case .binUnicode: try pushText(try cursor.integer(UInt32.self, "BINUNICODE"))
        case .shortBinUnicode: try pushText(try cursor.byte("SHORT_BINUNICODE"))
        case .binUnicode8: try pushText(try cursor.integer(UInt64.self, "BINUNICODE8"))
        case .binBytes: try pushBytes(try cursor.integer(UInt32.self, "BINBYTES"))
        case .shortBinBytes: try pushBytes(try cursor.byte("SHORT_BINBYTES"))
        case .binBytes8: try pushBytes(try cursor.integer(UInt64.self, "BINBYTES8"))
        case .byteArray8: try pushBytes(try cursor.integer(UInt64.self, "BYTEARRAY8"))

        case .emptyTuple: try push(.tuple, [])
        case .tuple: try push(.tuple, popToMark())
        case .tuple1: try push(.tuple, pop(1))
        case .tuple2: try push(.tuple, pop(2))
        case .tuple3: try push(.tuple, pop(3))
        case .emptyList: try push(.list, [])
        case .append: try extend(.list, with: try pop(1))
        case .appends: try extend(.list, with: try popToMark())
        case .emptyDict: try push(.dictionary, [])
        case .setItem: try extend(.dictionary, with: try pop(2))
        case .setItems: try extend(.dictionary, with: try popToMark())
        case .emptySet: try push(.set, [])
        case .addItems: try extend(.set, with: try popToMark())
        case .frozenSet: try push(.set, popToMark())

        case .binGet: try get(Int(try cursor.byte("BINGET")))
        case .longBinGet: try get(Int(try cursor.integer(UInt32.self, "LONG_BINGET")))
        case .binPut: memo[Int(try cursor.byte("BINPUT"))] = try top()
        case .longBinPut: memo[Int(try cursor.integer(UInt32.self, "LONG_BINPUT"))] = try top()
        case .memoize: memo[memo.count] = try top()

        case .global: try pushGlobal(module: try cursor.line("a global's module"), name: try cursor.line("a global's name"))
        case .stackGlobal:
            let names = try pop(2)
            guard case (.text(let module), .text(let name)) = (names[0], names[1]) else {
                throw malformed("a global whose name is no text")
            }
            try pushGlobal(module: module, name: name)
        case .reduce:
            let pair = try pop(2)
            stack.append(try result(of: pair[0], arguments: pair[1]))
        case .build:  // sets attributes (a state dict's `_metadata`), which nothing here needs
            _ = try pop()
            _ = try top()
        case .binPersId: stack.append(try storage(named: try pop()))
        }
    }
}

// MARK: The stack

extension Unpickler {
    private func top() throws(EngineError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw malformed("an opcode without an operand") }
        return value
    }

    private mutating func pop() throws(EngineError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// The last `count` values, the deepest first.
    private mutating func pop(_ count: Int) throws(EngineError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw malformed("an opcode without an operand") }
        let values = Array(stack.suffix(count))
        stack.removeLast(count)
        return values
    }

    private mutating func popToMark() throws(EngineError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("an opcode without a mark") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func object(_ kind: PickleObject.Kind, _ items: [PickleValue]) throws(EngineError) -> PickleValue {
        try charge(items.count)
        pickle.objects.append(PickleObject(kind: kind, items: items))
        return .object(pickle.objects.count - 1)
    }

    private mutating func push(_ kind: PickleObject.Kind, _ items: [PickleValue]) throws(EngineError) {
        stack.append(try object(kind, items))
    }

    /// Counts items into containers. An item takes at least a byte of the pickle, so that there are more items than bytes
    /// only where a pickle copies containers over and over to fill the memory.
    private mutating func charge(_ count: Int) throws(EngineError) {
        itemBudget -= count
        guard itemBudget >= 0 else { throw malformed("more items in its containers than it can have") }
    }

    /// Adds items to the container on top of the stack.
    private mutating func extend(_ kind: PickleObject.Kind, with items: [PickleValue]) throws(EngineError) {
        guard case .object(let index) = try top(), pickle.objects[index].kind == kind else {
            throw malformed("items for something that is no \(kind)")
        }
        guard kind != .dictionary || items.count.isMultiple(of: 2) else { throw malformed("a key without a value") }
        try charge(items.count)
        pickle.objects[index].items += items
    }

    private mutating func get(_ index: Int) throws(EngineError) {
        guard let value = memo[index] else { throw malformed("no memo \(index)") }
        stack.append(value)
    }

    /// LONG1 and LONG4: little-endian two's complement of any length, zero for none.
    private mutating func pushLong(_ count: some BinaryInteger) throws(EngineError) {
        let digits = cursor.source.bytes[try cursor.take(count, "a pickled integer")]
        guard digits.count <= 8 else {
            stack.append(.long(Array(digits)))
            return
        }
        let isNegative = digits.last.map { $0 >= 0x80 } ?? false
        let value = digits.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
        stack.append(.integer(value))
    }

    private mutating func pushText(_ count: some BinaryInteger) throws(EngineError) {
        stack.append(.text(try cursor.text(count, "a pickled text")))
    }

    private mutating func pushBytes(_ count: some BinaryInteger) throws(EngineError) {
        stack.append(.bytes(Array(cursor.source.bytes[try cursor.take(count, "pickled bytes")])))
    }
}

// MARK: Tensors

extension Unpickler {
    private mutating func pushGlobal(module: String, name: String) throws(EngineError) {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw refused("names the global \(Names.shown(module + "." + name))")
        }
        stack.append(.global(global))
    }

    /// What a global "called" with arguments stands for.
    private mutating func result(of callee: PickleValue, arguments: PickleValue) throws(EngineError) -> PickleValue {
        guard case .global(let global) = callee else { throw malformed("a call of something that is no global") }
        guard let arguments = pickle.items(arguments) else { throw malformed("a call without arguments") }
        switch global {
        case .orderedDictionary where arguments.isEmpty, .container(.dictionary) where arguments.isEmpty:
            return try object(.dictionary, [])
        case .size where arguments.count == 1:
            return try object(.tuple, pickle.items(arguments[0]) ?? [])
        case .container(let kind) where kind != .dictionary && arguments.count <= 1:
            return try object(kind, arguments.first.flatMap(pickle.items) ?? [])
        case .device: return .device
        case .rebuildParameter:
            guard case .tensor? = arguments.first else { throw malformed("a parameter that is no tensor") }
            return arguments[0]
        case .rebuildTensor: return try tensor(arguments, element: nil)
        case .rebuildTypedTensor:
            guard arguments.count > 6, case .global(.elementType(let element)) = arguments[6] else {
                throw malformed("a tensor without a type")
            }
            return try tensor(arguments, element: element)
        default: throw refused("calls a global with arguments that torch.save does not write")
        }
    }

    /// `_rebuild_tensor*(storage, storage_offset, size, stride, ...)`.
    private mutating func tensor(_ arguments: [PickleValue], element: TorchElement?) throws(EngineError) -> PickleValue {
        guard arguments.count >= 4, case .storage(let index) = arguments[0], case .integer(let offset) = arguments[1],
            let shape = integers(arguments[2]), let strides = integers(arguments[3])
        else { throw malformed("a tensor without a storage, an offset, a size and a stride") }
        let storage = pickle.storages[index]
        guard
            let tensor = TorchTensor(
                storage: index, of: storage, element: element ?? storage.element, offset: offset, shape: shape, strides: strides)
        else {
            throw malformed(
                "a tensor of shape \(Extents.text(shape)), strides \(Extents.text(strides)) and offset \(offset)",
                expected: "a view inside the \(storage.count) elements of its storage \(Names.shown(storage.key))")
        }
        try charge(shape.count)
        pickle.tensors.append(tensor)
        return .tensor(pickle.tensors.count - 1)
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard let items = pickle.items(value), items.count <= CheckpointLimits.rank else { return nil }
        let integers = items.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
        return integers.count == items.count ? integers : nil
    }

    /// A persistent id: `('storage', type, key, location, element count)`, and in the legacy container a sixth item for a view.
    private mutating func storage(named id: PickleValue) throws(EngineError) -> PickleValue {
        guard let items = pickle.items(id), items.count == 5 || items.count == 6, items[0] == .text("storage"),
            case .global(.storage(let element)) = items[1], case .text(let key) = items[2],
            case .integer(let count) = items[4]
        else { throw malformed("a persistent id that is no storage") }
        guard items.count == 5 || items[5] == .none else {
            throw refused("has a storage that is a view of another, as torch 0.3 and earlier wrote")
        }
        guard let storage = TorchStorage(key: key, element: element, count: count) else {
            throw malformed("a storage of \(count) elements")
        }
        if let known = storages[key] {
            guard pickle.storages[known] == storage else {
                throw malformed("the storage \(Names.shown(key)) in two types or sizes")
            }
            return .storage(known)
        }
        storages[key] = pickle.storages.count
        pickle.storages.append(storage)
        return .storage(pickle.storages.count - 1)
    }
}

// MARK: Errors

extension Unpickler {
    private func malformed(_ found: String, expected: String = "") -> EngineError {
        cursor.source.malformed("the pickle has \(found), before byte \(cursor.position)", expected: expected)
    }

    private func refused(_ what: String) -> EngineError {
        cursor.source.unsupported(
            "the pickle \(what), which is not needed for tensors; nothing was executed",
            remedy: "use only checkpoints that torch.save made of tensors, from a source you trust")
    }
}
