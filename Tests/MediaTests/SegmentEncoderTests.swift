import Engine
import Foundation
import Testing

@testable import Media

@Suite struct SegmentEncoderTests {
    @Test(
        "The same pictures give the same bytes", arguments: [(VideoFormat.mp4, false), (.webm, false), (.webm, true)])
    func deterministic(format: VideoFormat, transparent: Bool) throws {
        let layout = try VideoLayout(format: format, width: 97, height: 61, transparent: transparent)
        let first = try SampleVideo.encode(layout, 0..<25)
        #expect(try SampleVideo.encode(layout, 0..<25) == first)
        #expect(first.samples.map(\.isKey) == [true] + [Bool](repeating: false, count: 24))
        // What the header says is the same for other pictures and other numbers of them.
        #expect(try SampleVideo.encode(layout, 40..<41).configuration == first.configuration)
        #expect(first.configuration.isEmpty == (format == .webm))
    }

    @Test func canceledEncodersStop() throws {
        let layout = try VideoLayout(format: .mp4, width: 64, height: 48)
        let encoder = try SegmentEncoder(layout, isCanceled: { true })
        let picture = SampleVideo.picture(layout, 0)
        let error = try #require(throws: EngineError.self) { while true { try encoder.append(picture) } }
        #expect(error.code == .canceled)
        encoder.abandon()
    }

    @Test func slowEncodersAreEnded() throws {
        var limits = ProcessLimits.encoding
        limits.wallSeconds = 0
        let layout = try VideoLayout(format: .mp4, width: 64, height: 48)
        let encoder = try SegmentEncoder(layout, limits: limits)
        let picture = SampleVideo.picture(layout, 0)
        let error = try #require(throws: EngineError.self) { while true { try encoder.append(picture) } }
        #expect(error.code == .toolFailed && error.found == "encoding took more than 0 s")
    }

    @Test func picturesMustFit() throws {
        let layout = try VideoLayout(format: .mp4, width: 16, height: 16)
        let encoder = try SegmentEncoder(layout)
        for (width, channels) in [(15, 3), (16, 4)] {
            let bytes = [UInt8](repeating: 0, count: width * 16 * channels)
            let picture = Picture(width: width, height: 16, channels: channels, bytes: bytes)
            #expect(throws: EngineError.self) { try encoder.append(picture) }
        }
        #expect(throws: EngineError.self) { try encoder.finish() }
    }

    @Test func forgottenEncodersLeaveNoProcess() throws {
        // As many as would be noticed; each is ended when it goes.
        let layout = try VideoLayout(format: .mp4, width: 16, height: 16)
        for _ in 0..<3 {
            let encoder = try SegmentEncoder(layout)
            try encoder.append(SampleVideo.picture(layout, 0))
        }
    }
}
