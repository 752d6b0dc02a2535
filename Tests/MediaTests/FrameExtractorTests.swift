import Engine
import Foundation
import Testing

@testable import Media

@Suite struct FrameExtractorTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    @Test("Frames of any segment come out as they went in", arguments: VideoFormat.allCases)
    func frames(format: VideoFormat) throws {
        let video = try SampleVideo(scratch, format, frames: 30, size: (33, 17), channels: 1)
        let extractor = FrameExtractor(stream: video.stream)
        let last = try bytes(video.segmentPaths[1])
        let all = try extractor.frames(ofSegment: last)
        #expect(all.count == 5)
        for (index, jpeg) in all.enumerated() {
            let picture = try PictureFile.read(jpeg, name: "frame")
            #expect(picture.width == 33 && picture.height == 17)
            #expect(abs(Int(picture.bytes[(16 * 33 + 32) * 3]) - Int(SampleVideo.gray(25 + index))) <= 6)
        }
        #expect(try extractor.frame(3, ofSegment: last, as: .jpeg()) == all[3])
        let png = try PictureFile.read(
            extractor.frame(0, ofSegment: bytes(video.segmentPaths[0]), as: .png), name: "frame")
        #expect(png.width == 33 && png.channels == 3)
        #expect(abs(Int(png.bytes[(16 * 33) * 3]) - Int(SampleVideo.gray(0))) <= 6)
    }

    @Test func transparentFramesKeepTheirAlphaOrGetWhite() throws {
        let video = try SampleVideo(scratch, .webm, frames: 3, transparent: true)
        let extractor = FrameExtractor(stream: video.stream)
        let segment = try bytes(video.segmentPaths[0])
        let png = try PictureFile.read(extractor.frame(2, ofSegment: segment, as: .png), name: "frame")
        #expect(png.channels == 4)
        #expect(abs(Int(png.bytes[(40 * 64 + 54) * 4 + 3]) - 64) <= 3)
        let jpeg = try PictureFile.read(extractor.frame(2, ofSegment: segment, as: .jpeg()), name: "frame")
        // A quarter of the gray 44, three quarters of white.
        #expect(abs(Int(jpeg.bytes[(40 * 64 + 54) * 3]) - 202) <= 6)
        #expect(abs(Int(jpeg.bytes[(40 * 64 + 10) * 3]) - 44) <= 6)
    }

    @Test func whatIsNotThereIsAnError() throws {
        let video = try SampleVideo(scratch, .mp4, frames: 2)
        let extractor = FrameExtractor(stream: video.stream)
        let segment = try bytes(video.segmentPaths[0])
        for index in [-1, 2, .max] {
            #expect(throws: EngineError.self) { try extractor.frame(index, ofSegment: segment, as: .png) }
        }
        #expect(throws: EngineError.self) { try extractor.frame(0, ofSegment: [], as: .png) }
    }
}
