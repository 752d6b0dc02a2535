import Foundation
import Testing

@testable import Engine

@Suite("NumpyFile")
struct NumpyFileTests {
    private func read(_ name: String) throws -> Tensor {
        try NumpyFile.read(path: CheckpointFixture.path(name + ".npy"))
    }

    @Test(
        "reads every float width, byte order and version",
        arguments: [
            "single", "single-big-endian", "half", "half-big-endian", "double", "double-big-endian", "version2", "version3",
        ])
    func formats(name: String) throws {
        #expect(try read(name) == Tensor(shape: [2, 3], values: [-2, -1.75, -1.5, -1.25, -1, -0.75]))
    }

    @Test("turns Fortran order into C order", arguments: ["fortran", "fortran-big-endian-double"])
    func fortran(name: String) throws {
        #expect(try read(name) == Tensor(shape: [2, 3, 4], values: CheckpointFixture.ramp(24)))
    }

    @Test("reads scalars, vectors and empty arrays")
    func ranks() throws {
        #expect(try read("scalar") == Tensor(shape: [], values: [-2]))
        #expect(try read("vector") == Tensor(shape: [5], values: CheckpointFixture.ramp(5)))
        #expect(try read("empty") == Tensor(shape: [3, 0, 2], values: []))
    }

    @Test(
        "names what an array holds instead of floats",
        arguments: [
            ("integers", "integers (<i8)"), ("booleans", "booleans (|b1)"), ("complex", "complex numbers (<c8)"),
            ("text", "text (<U2)"), ("records", "records"), ("objects", "Python objects, which would be a pickle (|O)"),
        ])
    func otherTypes(name: String, meaning: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try read(name) })
        #expect(error.code == .unsupported)
        #expect(error.line.contains("\(name).npy: the array holds \(meaning), expected floating-point numbers"))
    }

    /// A version 1 file with the given header, padded by nothing.
    private func file(_ header: String, data: Int = 24, version: UInt8 = 1) -> [UInt8] {
        [0x93] + "NUMPY".utf8 + [version, 0, UInt8(header.utf8.count), 0] + header.utf8 + [UInt8](repeating: 0, count: data)
    }

    @Test(
        "accepts other spellings of the same header",
        arguments: [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }    \n",
            "{\"shape\":(2,3),\"descr\":\"=f4\",\"fortran_order\":False}",
            "{'descr': '|f4', 'fortran_order': False, 'shape': (2L, 3L)}", "{'descr':'f4','fortran_order':False,'shape':(2,3,)}",
        ])
    func spellings(header: String) throws {
        #expect(try NumpyFile.read(bytes: file(header), subject: "x").shape == [2, 3])
    }

    @Test(
        "refuses a header that is not numpy.save's",
        arguments: [
            "", "{", "{}", "[]", "{'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4', 'shape': (2, 3)}",
            "{'fortran_order': False, 'shape': (2, 3)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", "{'descr': '<f4', 'fortran_order': False, 'shape': 6}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3}", "{'descr': '<f4, 'fortran_order': False, 'shape': (2,3)}",
            "{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        ])
    func badHeaders(header: String) throws {
        let error = try #require(CheckpointFixture.error { _ = try NumpyFile.read(bytes: file(header), subject: "x") })
        #expect(error.code == .malformed)
    }

    @Test(
        "compares the shape with the file before it allocates",
        arguments: [
            "(7,)", "(1099511627776, 1099511627776)", "(9223372036854775807,)", "(4611686018427387904, 4, 0)",
            "(0, 4611686018427387904, 4)",
        ])
    func hugeShapes(shape: String) throws {
        for order in ["False", "True"] {
            let bytes = file("{'descr': '<f4', 'fortran_order': \(order), 'shape': \(shape)}")
            let error = try #require(CheckpointFixture.error { _ = try NumpyFile.read(bytes: bytes, subject: "x") })
            #expect(error.line.contains("expected one that fits the 24 bytes after the header"))
        }
    }

    @Test("refuses 65 dimensions, unknown versions and files that are no .npy")
    func otherFiles() throws {
        let deep = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + String(repeating: "1,", count: 65) + ")}"
        for (bytes, text) in [
            (file(deep), "more than 64 dimensions"), (file("", version: 4), "version 4"), ([], "an empty file"),
            (Array("PK".utf8), "no .npy file"),
        ] {
            let error = try #require(CheckpointFixture.error { _ = try NumpyFile.read(bytes: bytes, subject: "x") })
            #expect(error.line.contains(text))
        }
        #expect(CheckpointFixture.error { _ = try read("absent") }?.code == .unreadable)
    }

    @Test("writes what NumPy writes, and reads it back", arguments: [[], [5], [2, 3], [3, 0, 2], [4, 450, 3]])
    func roundTrip(shape: [Int]) throws {
        let tensor = Tensor(shape: shape, values: CheckpointFixture.ramp(shape.reduce(1, *)))
        let bytes = NumpyFile.encode(tensor)
        #expect((bytes.count - tensor.values.count * 4).isMultiple(of: 64))
        #expect(try NumpyFile.read(bytes: bytes, subject: "x") == tensor)

        let path = FileManager.default.temporaryDirectory.appending(path: "numpy-\(UUID().uuidString).npy").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try NumpyFile.write(tensor, to: path)
        #expect(try CheckpointFixture.bytes(at: path) == bytes)
    }

    @Test("encodes byte for byte as numpy.save does", arguments: ["single", "scalar", "vector", "empty"])
    func identity(name: String) throws {
        let tensor = try read(name)
        #expect(try NumpyFile.encode(tensor) == CheckpointFixture.bytes(name + ".npy"))
    }

    @Test("says where it cannot write")
    func unwritable() {
        let tensor = Tensor(shape: [], values: [1])
        let error = CheckpointFixture.error { try NumpyFile.write(tensor, to: "/absent-folder/x.npy") }
        #expect(error?.code == .unwritable)
        #expect(error?.subject == "/absent-folder/x.npy")
    }

    @Test("widens every half-precision number exactly")
    func halves() {
        for bits in UInt16.min...UInt16.max {
            let wanted = Float(Float16(bitPattern: bits))
            let found = FloatFormat.half(bits: bits)
            #expect(found.isNaN ? wanted.isNaN : found.bitPattern == wanted.bitPattern)
        }
    }
}
