import Engine
import Foundation
import Media
import Testing

@Suite struct PictureFileTests {
    @Test(
        "Decodes to Pillow's bytes",
        arguments: [
            "chroma-420.jpg", "chroma-444.jpg", "progressive.jpg", "gray.jpg", "rgb.png", "palette.png", "gray8.png",
            "gray1.png", "gamma.png", "deep.png",
        ])
    func opaque(name: String) throws {
        let picture = try PictureFile.read(Fixture.path(name))
        #expect(picture.width == 37 && picture.height == 23 && picture.channels == 3)
        let expected = try Fixture.bytes(name.prefix { $0 != "." } + ".rgb")
        #expect(picture.bytes == expected)
    }

    @Test("Keeps straight alpha", arguments: ["rgba.png", "palette-transparent.png", "gray-alpha.png"])
    func transparent(name: String) throws {
        let picture = try PictureFile.read(Fixture.path(name))
        #expect(picture.channels == 4)
        let expected = try Fixture.bytes(name.prefix { $0 != "." } + ".rgba")
        #expect(picture.bytes == expected)
        let opaque = expected.enumerated().filter { $0.offset % 4 != 3 }.map(\.element)
        #expect(picture.opaque.bytes == opaque)
    }

    @Test func goesByContentNotByName() throws {
        let scratch = try Scratch()
        let path = try scratch.write("picture.png", Fixture.bytes("chroma-444.jpg"))
        let picture = try PictureFile.read(path)
        let expected = try Fixture.bytes("chroma-444.rgb")
        #expect(picture.bytes == expected)
    }

    @Test(
        "Every truncation is an error that names the file",
        arguments: ["chroma-420.jpg", "progressive.jpg", "palette.png"])
    func truncated(name: String) throws {
        let whole = try Fixture.bytes(name)
        let scratch = try Scratch()
        // The last two bytes of a JPEG are the end marker, without which libjpeg still has every pixel.
        for length in stride(from: 0, to: whole.count - 2, by: 7) {
            let path = try scratch.write("cut", Array(whole[..<length]))
            let error = try #require(throws: EngineError.self) { try PictureFile.read(path) }
            #expect(error.subject == path, "cut to \(length) bytes")
        }
    }

    @Test func corruptDataAreAnError() throws {
        var bytes = try Fixture.bytes("rgb.png")
        bytes[bytes.count / 2] ^= 0xFF
        let scratch = try Scratch()
        let kept = try scratch.write("corrupt.png", bytes)
        #expect(throws: EngineError.self) { try PictureFile.read(kept) }
    }

    @Test func hugeDeclaredSizesAreRefusedBeforeAllocation() throws {
        let scratch = try Scratch()
        var png = try Fixture.bytes("rgb.png")
        png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        let huge = try scratch.write("huge.png", png)
        let error = try #require(throws: EngineError.self) { try PictureFile.read(huge) }
        #expect(error.code == .invalidValue)
        #expect(error.found.contains("2147483647"))

        var jpeg = try Fixture.bytes("chroma-444.jpg")
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        let wide = try scratch.write("huge.jpg", jpeg)
        let refused = try #require(throws: EngineError.self) { try PictureFile.read(wide) }
        #expect(refused.code == .invalidValue)
    }

    @Test func unsupportedFilesAreNamed() throws {
        let cmyk = try #require(throws: EngineError.self) { try PictureFile.read(Fixture.path("cmyk.jpg")) }
        #expect(cmyk.code == .unsupported && cmyk.found.contains("CMYK"))
        let script = try #require(throws: EngineError.self) { try PictureFile.read(Fixture.path("make.py")) }
        #expect(script.code == .unsupported)
        let missing = try #require(throws: EngineError.self) { try PictureFile.read("/nowhere/bc.jpg") }
        #expect(missing.code == .unreadable)
        let folder = try #require(throws: EngineError.self) { try PictureFile.read(Fixture.folder.path) }
        #expect(folder.code == .unreadable)
    }

    @Test("PNG files come back as they were", arguments: [3, 4])
    func roundTrip(channels: Int) throws {
        // Noise does not compress, the worst case for the size of the encoder's buffer.
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<61 * 47 * channels).map { _ in UInt8.random(in: 0...255, using: &random) }
        let picture = Picture(width: 61, height: 47, channels: channels, bytes: bytes)
        let scratch = try Scratch()
        try PNGFile.write(picture, to: scratch.file("a.png"))
        let back = try PictureFile.read(scratch.file("a.png"))
        #expect(back == picture)
        let names = try scratch.names
        #expect(names == ["a.png"])
    }

    @Test func jpegQualityGovernsErrorAndSize() throws {
        let picture = try PictureFile.read(Fixture.path("rgb.png"))
        let scratch = try Scratch()
        let fine = try JPEGCodec.encode(picture, quality: 95)
        let coarse = try JPEGCodec.encode(picture, quality: 20)
        #expect(coarse.count < fine.count)
        let back = try PictureFile.read(scratch.write("a.jpg", fine))
        let errors = zip(back.bytes, picture.bytes).map { abs(Int($0) - Int($1)) }
        // The fixture is noisy in colour, of which 4:2:0 keeps a quarter.
        #expect(Double(errors.reduce(0, +)) / Double(errors.count) < 8)
        #expect(throws: EngineError.self) { try JPEGCodec.encode(picture, quality: 0) }
    }
}
