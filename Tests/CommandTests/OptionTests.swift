import Engine
import Media
import Studio
import Testing

@testable import adnerf

@Suite struct OptionTests {
    @Test(arguments: [
        ("#ff8000", SIMD3<Float>(1, 128.0 / 255, 0)),
        ("#FFF", SIMD3<Float>(1, 1, 1)),
        ("#1af", SIMD3<Float>(17.0 / 255, 170.0 / 255, 1)),
    ])
    func colors(text: String, expected: SIMD3<Float>) {
        #expect(BackgroundChoice(argument: text) == .color(expected))
    }

    @Test func otherBackgrounds() {
        #expect(BackgroundChoice(argument: "transparent") == .transparent)
        #expect(BackgroundChoice(argument: "beach.jpg") == .file("beach.jpg"))
        for wrong in ["", "#", "#ff", "#ffff", "#ggg", "#+12345", "#１２３"] {
            #expect(BackgroundChoice(argument: wrong) == nil, "\(wrong)")
        }
    }

    @Test func backgroundFilesFillTheFrame() throws {
        let file = BackgroundChoice.file(Fixture.path("media/rgba.png"))
        guard case .picture(let same) = try file.background(width: 37, height: 23) else { throw Unexpected() }
        #expect(same == (try PictureFile.read(Fixture.path("media/rgb.png"))))
        guard case .picture(let other) = try file.background(width: 20, height: 30) else { throw Unexpected() }
        #expect(other.width == 20 && other.height == 30 && other.channels == 3)
    }

    private struct Unexpected: Error {}

    @Test(arguments: [
        ("talk.mp4", OutputFormat.mp4), ("a.b/talk.WEBM", .webm), ("frames.png", .png), ("x.npy", .npy),
        ("frames", nil), ("a.mp4/frames", nil), ("talk.mov", nil), ("", nil),
    ])
    func formats(path: String, expected: OutputFormat?) {
        #expect(OutputFormat(path: path) == expected)
    }

    @Test func camerasScaleWithTheirPictures() {
        let camera = Camera(width: 450, height: 300, focal: 1_200, centerX: 225, centerY: 150)
        #expect(
            camera.scaled(toWidth: 225) == Camera(width: 225, height: 150, focal: 600, centerX: 112.5, centerY: 75))
        #expect(camera.scaled(toWidth: 450) == camera)
        #expect(camera.scaled(toWidth: 1).height == 1)
    }

    @Test func soundNeedsFramesInARow() throws {
        func contiguous(_ list: String) throws -> Bool {
            try FrameSelection(FrameList(parsing: list), of: 30).isContiguous
        }
        #expect(try contiguous("3-9"))
        #expect(try contiguous("5"))
        #expect(try contiguous("4,3,5"))
        #expect(try !contiguous("0,2"))
        #expect(try FrameSelection(nil, of: 3).frames == [0, 1, 2])
    }
}
