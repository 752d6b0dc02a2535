import Foundation
import Testing

@testable import Engine

/// What was learnt about an avatar, kept in a file that nobody has to believe.
@Suite struct ShortcutFileTests {
    private let file = ShortcutFile(avatar: Octahedron.avatar(), folder: "/nowhere")

    /// 105 cells, which do not fill their last byte.
    private var shortcuts: Shortcuts {
        var random = SplitMix(seed: 4)
        let shape = OccupancyGrid.Shape(origin: SIMD3(-0.1, 0.2, 1e-3), cell: 0.0040906, size: SIMD3(7, 5, 3))
        let torso = OccupancyGrid.Shape(origin: SIMD3(3, 2, 1), cell: 1, size: SIMD3(2, 2, 2))
        return Shortcuts(
            head: OccupancyGrid(shape: shape, occupied: (0..<105).map { _ in UInt8.random(in: 0...1, using: &random) }),
            torso: OccupancyGrid(shape: torso, occupied: [0, 1, 1, 0, 0, 0, 1, 1]),
            certificates: [
                "450x450@1200.0 avx2": Certificate(
                    strategy: .march(rung: 2), fidelity: 52.25, assured: 51.5, rays: 384),
                "64x64@100.0 avx2": Certificate(strategy: .exactTwoPass, fidelity: 150, assured: 150, rays: 0),
            ])
    }

    private func decode(_ bytes: [UInt8], by file: ShortcutFile? = nil) -> Shortcuts? {
        bytes.withUnsafeBytes { (file ?? self.file).decode($0) }
    }

    @Test func roundTrip() {
        #expect(decode(file.encode(shortcuts)) == shortcuts)
        #expect(file.encode(shortcuts) == file.encode(shortcuts))
        for known in [Shortcuts(), Shortcuts(head: shortcuts.head), Shortcuts(torso: shortcuts.torso)] {
            #expect(decode(file.encode(known)) == known)
        }
    }

    @Test func truncatedFilesAreNotBelieved() {
        let bytes = file.encode(shortcuts)
        for count in 0..<bytes.count { #expect(decode(Array(bytes[..<count])) == nil, "\(count) bytes") }
        #expect(decode(bytes + [0]) == nil)
    }

    @Test(arguments: [0x01, 0x80, 0xff] as [UInt8]) func changedBytesAreNotBelieved(change: UInt8) {
        var bytes = file.encode(shortcuts)
        for i in bytes.indices {
            bytes[i] ^= change
            #expect(decode(bytes) == nil, "byte \(i)")
            bytes[i] ^= change
        }
        #expect(decode(bytes) == shortcuts)
    }

    /// Even who can compute the checksum gets no more than a refusal.
    @Test(arguments: [
        ("\"size\":[7,5,3]", "\"size\":[2147483647,2147483647,2147483647]"), ("\"size\":[7,5,3]", "\"size\":[7,5,4]"),
        ("\"size\":[7,5,3]", "\"size\":[-7,-5,3]"), ("\"size\":[7,5,3]", "\"size\":[99999999999,5,3]"),
        ("\"size\":[7,5,3]", "\"size\":[7,5]"), ("\"size\":[7,5,3]", "\"size\":[65536,65536,65536]"),
        ("\"cell\":1,", "\"cell\":0,"), ("\"cell\":1,", "\"cell\":-1,"), ("\"cell\":1,", "\"cell\":1e99,"),
        ("\"version\":1", "\"version\":2"), ("\"version\":1", "\"version\":"), ("\"torso\":", "\"tors\":"),
        ("f00d", "f00e"),
    ]) func senselessHeadersAreRefused(old: String, new: String) throws {
        let bytes = file.encode(shortcuts)
        let length = Int(bytes[8]) | Int(bytes[9]) << 8
        let header = String(decoding: bytes[12..<12 + length], as: UTF8.self)
        try #require(header.contains(old))
        #expect(
            decode(forged(Array(header.replacing(old, with: new).utf8), bytes[(12 + length)...].dropLast(32))) == nil)
        // The forgery itself is sound: without a change it is believed.
        #expect(decode(forged(Array(header.utf8), bytes[(12 + length)...].dropLast(32))) == shortcuts)
    }

    @Test func endlessHeadersAreRefused() {
        var body = Array("ADNFSKIP".utf8) + [0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 0x7b, count: 50)
        body += Fingerprint.digest(body)
        #expect(decode(body) == nil)
    }

    private func forged(_ header: [UInt8], _ cells: ArraySlice<UInt8>) -> [UInt8] {
        let bytes =
            Array("ADNFSKIP".utf8) + [UInt8(header.count % 256), UInt8(header.count / 256), 0, 0] + header + cells
        return bytes + Fingerprint.digest(bytes)
    }

    @Test func ofOtherCheckpointsOrOptionsNothingIsBelieved() {
        let bytes = file.encode(shortcuts)
        #expect(
            decode(bytes, by: ShortcutFile(avatar: Octahedron.avatar(fingerprint: "beef"), folder: "/nowhere")) == nil)
        #expect(decode(bytes, by: ShortcutFile(avatar: Octahedron.avatar(far: 1.6), folder: "/nowhere")) == nil)
        #expect(decode(bytes, by: ShortcutFile(avatar: Octahedron.avatar(), folder: "/elsewhere")) == shortcuts)
    }

    @Test func writingAndReading() throws {
        try TemporaryFolder.with { folder in
            let file = ShortcutFile(avatar: Octahedron.avatar(), folder: folder + "/made/when/needed")
            #expect(file.read() == nil)
            #expect(file.write(shortcuts) == nil)
            #expect(file.read() == shortcuts)
            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: file.paths[0]))
            #expect(file.read() == nil)
        }
    }

    /// Without a cache folder: beside the checkpoints, else among the user's caches.
    @Test func places() throws {
        let file = ShortcutFile(avatar: Octahedron.avatar())
        #expect(file.paths.count == 2)
        #expect(file.paths[0] == "/nowhere/.adnerf/shortcuts-f00d.bin")
        #expect(file.paths[1].hasSuffix("/adnerf/shortcuts-f00d.bin"))
    }

    @Test func anUnwritablePlaceIsAMessage() throws {
        try TemporaryFolder.with { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            let file = ShortcutFile(avatar: Octahedron.avatar(), folder: folder + "/file/below")
            let message = try #require(file.write(shortcuts))
            #expect(message.contains(folder + "/file/below") && !message.contains("\n"))
            #expect(file.read() == nil)
        }
    }
}
