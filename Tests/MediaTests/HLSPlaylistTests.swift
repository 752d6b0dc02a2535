import Engine
import Media
import Testing

@Suite struct HLSPlaylistTests {
    private func text(_ frames: Int, _ perSegment: Int = 25, finished: Int, isEnded: Bool) throws -> String {
        HLSPlaylist.text(
            timeline: try VideoTimeline(frameCount: frames, framesPerSegment: perSegment), finished: finished,
            isEnded: isEnded, header: "init.mp4", segment: { "\($0).m4s" })
    }

    private let head = """
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-TARGETDURATION:1
        #EXT-X-MEDIA-SEQUENCE:0
        #EXT-X-PLAYLIST-TYPE:EVENT
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-MAP:URI="init.mp4"

        """

    @Test func segmentsAreAddedAsTheyFinish() throws {
        #expect(try text(61, finished: 0, isEnded: false) == head)
        #expect(try text(61, finished: 2, isEnded: false) == head + "#EXTINF:1.00,\n0.m4s\n#EXTINF:1.00,\n1.m4s\n")
        #expect(
            try text(61, finished: 3, isEnded: true)
                == head + "#EXTINF:1.00,\n0.m4s\n#EXTINF:1.00,\n1.m4s\n#EXTINF:0.44,\n2.m4s\n#EXT-X-ENDLIST\n")
        // A job that was stopped.
        #expect(try text(61, finished: 1, isEnded: true).hasSuffix("0.m4s\n#EXT-X-ENDLIST\n"))
        #expect(try text(61, finished: 99, isEnded: true) == text(61, finished: 3, isEnded: true))
    }

    @Test(
        "No segment is longer than the target, rounded",
        arguments: [(1, 25, 1), (25, 25, 1), (400, 37, 1), (400, 38, 2), (30, 62, 1), (90, 63, 3), (750, 750, 30)])
    func target(frames: Int, perSegment: Int, seconds: Int) throws {
        #expect(
            try text(frames, perSegment, finished: 0, isEnded: false).contains("#EXT-X-TARGETDURATION:\(seconds)\n"))
    }

    @Test func timelinesDivideFrames() throws {
        let timeline = try VideoTimeline(frameCount: 61)
        #expect(timeline.segmentCount == 3 && timeline.duration == 2.44)
        #expect((0..<3).map { timeline.frames(ofSegment: $0) } == [0..<25, 25..<50, 50..<61])
        #expect(timeline.location(ofFrame: 60) == (2, 10) && timeline.location(ofFrame: 24) == (0, 24))
        #expect(timeline.duration(ofSegment: 2) == 0.44)
        for (frames, perSegment) in [(0, 25), (-1, 25), (.max, 25), (5, 0), (5, 751)] {
            #expect(throws: EngineError.self) {
                try VideoTimeline(frameCount: frames, framesPerSegment: perSegment)
            }
        }
    }
}
