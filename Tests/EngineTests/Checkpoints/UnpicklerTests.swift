import Testing

@testable import Engine

@Suite("Unpickler")
struct UnpicklerTests {
    private func load(_ program: [UInt8]) throws -> Pickle {
        var cursor = ByteCursor(ByteSource(bytes: program, name: "p"))
        let pickle = try Unpickler.load(&cursor)
        #expect(cursor.isAtEnd)
        return pickle
    }

    private func load(_ text: String) throws -> Pickle { try load(Array(text.utf8)) }

    @Test(
        "reads integers of every width",
        arguments: [
            ([0x4b, 200], 200), ([0x4d, 1, 2], 513), ([0x4a, 0xfe, 0xff, 0xff, 0xff], -2), ([0x8a, 0], 0), ([0x8a, 1, 0xff], -1),
            ([0x8a, 2, 0, 0x80], -32768), ([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x80], Int.min), ([0x8b, 1, 0, 0, 0, 5], 5),
        ] as [([UInt8], Int)])
    func integers(program: [UInt8], value: Int) throws {
        #expect(try load(program + [0x2e]).root == .integer(value))
    }

    @Test("reads floats, text and bytes")
    func scalars() throws {
        #expect(try load([0x47, 0x3f, 0xd0, 0, 0, 0, 0, 0, 0, 0x2e]).root == .float(0.25))
        #expect(try load("X\u{2}\0\0\0hi.").root == .text("hi"))
        #expect(try load("U\u{2}hi.").root == .text("hi"))
        #expect(try load("B\u{2}\0\0\0hi.").root == .bytes([0x68, 0x69]))
        #expect(try load([0x88, 0x2e]).root == .bool(true))
        #expect(try load("N.").root == PickleValue.none)
    }

    @Test("keeps the marks of nested containers apart")
    func containers() throws {
        let pickle = try load("((K\u{1}K\u{2}t](K\u{3}K\u{4}et.")
        let outer = try #require(pickle.items(pickle.root))
        #expect(outer.count == 2)
        #expect(pickle.items(outer[0]) == [.integer(1), .integer(2)])
        #expect(pickle.items(outer[1]) == [.integer(3), .integer(4)])
    }

    @Test("finds a dictionary's last value for a key")
    func dictionaries() throws {
        let pickle = try load("}(X\u{1}\0\0\0aK\u{1}X\u{1}\0\0\0aK\u{2}K\u{7}Nu.")
        #expect(pickle.entry("a", of: pickle.root) == .integer(2))
        #expect(pickle.entries(pickle.root)?.count == 2)
    }

    @Test(
        "refuses programs that no pickler writes",
        arguments: [
            "", ".", "N", "0.", "t.", "u.", "(u.", "N(u.", "a.", "Na.", "NNa.", "}Ns.", "}NNs", "]NNs.", "h\0.", "q\0.", "(q\0.",
            "2.", "NR.", "NNR.", "N)R.", "Q.", "NQ.", ")Q.", "b.", "Nb.", "N1.", "(N0a.", "cx", "cx\ny", "X\u{5}\0\0\0abc.",
            "T\u{7f}\u{7f}\u{7f}\u{7f}.", "]K\u{1}u.", "}(Nu.",
        ])
    func badPrograms(program: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try load(program) })
        #expect(error.code == .malformed)
    }

    @Test(
        "names the opcode or the global that tensors do not need",
        arguments: [
            ("cos\nsystem\n.", "os.system"), ("cnumpy.core.multiarray\n_reconstruct\n.", "numpy.core.multiarray._reconstruct"),
            ("ctorch\nload\n.", "torch.load"), ("ctorch._utils\n_rebuild_parameter_v9\n.", "torch._utils._rebuild_parameter_v9"),
            ("cbuiltins\ngetattr\n.", "builtins.getattr"), ("ccollections\nCounter\n.", "collections.Counter"),
            ("c\u{1b}[2J\nx\n.", "?[2J.x"), ("(i__main__\nX\n.", "opcode 0x69 at byte 1"), ("N)\u{81}.", "opcode 0xc2"),
            ("I1\n.", "opcode 0x49 at byte 0"), ("P1\n.", "opcode 0x50"),
        ])
    func refused(program: String, name: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try load(program) })
        #expect(error.code == .unsupported)
        #expect(error.line.contains(name))
        #expect(error.line.contains("nothing was executed"))
    }

    @Test("a refused global may be long without making the message long")
    func longNames() throws {
        let program = "c" + String(repeating: "a", count: 100_000) + "\nb\n."
        let error = try #require(CheckpointFixture.error { _ = try load(program) })
        #expect(error.line.count < 400)
    }

    @Test("does not descend into nested or recursive values")
    func nesting() throws {
        let depth = 200_000
        let tuples = try load([0x29] + [UInt8](repeating: 0x85, count: depth) + [0x2e])
        #expect(tuples.objects.count == depth + 1)

        let lists = try load([UInt8](repeating: 0x5d, count: depth) + [UInt8](repeating: 0x61, count: depth - 1) + [0x2e])
        #expect(lists.objects.count == depth)

        let recursive = try load("]q\0h\0a.")
        #expect(recursive.items(recursive.root) == [recursive.root])

        let dictionary = try load("}q\0X\u{1}\0\0\0dh\0s.")
        #expect(dictionary.entry("d", of: dictionary.root) == dictionary.root)
    }

    @Test("bounds the stack, the marks and the memo")
    func limits() throws {
        let count = CheckpointLimits.pickleValues + 1
        for opcode in [0x4e, 0x28, 0x29] as [UInt8] {
            let error = try #require(CheckpointFixture.error { _ = try load([UInt8](repeating: opcode, count: count)) })
            #expect(error.line.contains("more than 1048576 values"))
        }
    }

    @Test("does not multiply what it copies")
    func copies() throws {
        // A list of 4,000 items, copied through list() and appended to so that the copy cannot be shared, 4,000 times.
        let list = [0x5d, 0x28] + [UInt8](repeating: 0x4e, count: 4000) + [0x65, 0x71, 0]
        let copy: [UInt8] = [0x68, 1, 0x68, 0, 0x85, 0x52, 0x4e, 0x61]
        let program = list + "cbuiltins\nlist\n".utf8 + [0x71, 1] + [[UInt8]](repeating: copy, count: 4000).joined() + [0x2e]
        let error = try #require(CheckpointFixture.error { _ = try load(program) })
        #expect(error.line.contains("more items in its containers than it can have"))
    }
}
