import Engine
import Media
import Testing

@Suite struct PictureScalingTests {
    @Test("Agrees with Pillow's Lanczos filter to its rounding", arguments: [(16, 10), (61, 40)])
    func scaled(width: Int, height: Int) throws {
        let picture = try PictureFile.read(Fixture.path("rgb.png")).scaled(toWidth: width, height: height)
        try expectClose(picture, "lanczos-\(width)x\(height).rgb")
    }

    @Test func fillingCropsAboutTheCentre() throws {
        let picture = try PictureFile.read(Fixture.path("rgb.png")).filling(width: 20, height: 20)
        try expectClose(picture, "filling-20x20.rgb")
    }

    @Test func theSameSizeIsTheSamePicture() throws {
        let picture = try PictureFile.read(Fixture.path("rgb.png"))
        let same = try picture.scaled(toWidth: picture.width, height: picture.height)
        #expect(same == picture)
    }

    @Test("One colour stays one colour", arguments: [1, 2, 3, 7, 200])
    func constant(size: Int) throws {
        func bytes(_ pixels: Int) -> [UInt8] { (0..<pixels).flatMap { _ in [10, 128, 250] as [UInt8] } }
        let source = Picture(width: 5, height: 3, channels: 3, bytes: bytes(15))
        let scaled = try source.scaled(toWidth: size, height: size)
        #expect(scaled.bytes == bytes(size * size))
    }

    @Test func invisibleColoursDoNotBleed() throws {
        // A red half, and a half that would be green if it could be seen.
        let source = Picture(
            width: 8, height: 1, channels: 4, bytes: (0..<8).flatMap { $0 < 4 ? [255, 0, 0, 255] : [0, 255, 0, 0] })
        let scaled = try source.scaled(toWidth: 3, height: 1)
        for pixel in 0..<3 where scaled.bytes[pixel * 4 + 3] > 0 {
            #expect(Array(scaled.bytes[pixel * 4..<pixel * 4 + 3]) == [255, 0, 0])
        }
    }

    @Test("Impossible sizes are errors", arguments: [0, -1, 100_000])
    func refused(size: Int) throws {
        let picture = try PictureFile.read(Fixture.path("rgb.png"))
        #expect(throws: EngineError.self) { try picture.scaled(toWidth: size, height: 4) }
        #expect(throws: EngineError.self) { try picture.filling(width: 4, height: size) }
    }

    private func expectClose(_ picture: Picture, _ fixture: String) throws {
        let expected = try Fixture.bytes(fixture)
        #expect(picture.bytes.count == expected.count)
        // Pillow rounds and clips to bytes between the two passes.
        let errors = zip(picture.bytes, expected).map { abs(Int($0) - Int($1)) }
        #expect(errors.max()! <= 4)
        #expect(errors.reduce(0, +) * 4 < errors.count)
    }
}
