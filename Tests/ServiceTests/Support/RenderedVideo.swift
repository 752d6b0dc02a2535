import HTTPServer
import HTTPTypes
import Jobs
import Testing

@testable import Service

/// A job of two segments, watched in every way while its second segment is kept waiting, and then let finish.
struct RenderedVideo: Sendable {
    let service: TestService
    let path: String
    /// What was answered to the request for it.
    let created: Answer
    /// Answers while only the first segment was there, by what follows the job's path.
    let half: [String: Answer]
    /// Answers that began before the end and ended with it.
    let stream: Answer
    let frames: Answer
    let events: Answer
    /// Bytes of the stream when the second segment was still waiting.
    let streamedEarly: Int
    /// The job in the end.
    let job: JSONValue

    @TaskLocal static var current: RenderedVideo!

    static let speech: FormBody.Part = .file((try? Fixture.recording) ?? [])

    private static let early = [
        "", "/content", "/hls/index.m3u8", "/hls/init.mp4", "/hls/0.m4s", "/hls/1.m4s", "/frames/0.jpg",
        "/frames/29.jpg", "/frames/4096.png",
    ]

    init(_ service: TestService) async throws {
        self.service = service
        let created = try await service.create(
            ["audio": Self.speech, "metadata": .text(#"{"take":"one"}"#), "avatar": .text("tiny")])
        self.created = created
        let path = try #require(created["Location"])
        self.path = path
        let id = try #require(JobID(path.split(separator: "/").last ?? ""))

        async let events = service.get("\(path)/events")
        async let frames = service.get("\(path)/frames")
        let (pieces, piece) = AsyncStream.makeStream(of: Int.self)
        let writer = CollectingWriter { _ = piece.yield(1) }
        let streaming = Task {
            defer { piece.finish() }
            return try await Answer(await service.response(.get, "\(path)/stream"), writer: writer)
        }
        _ = try await service.parts.engine.segmentReady(id, 0)
        // The header, and the first segment.
        var iterator = pieces.makeAsyncIterator()
        for _ in 0..<2 { _ = await iterator.next() }
        streamedEarly = writer.bytes.count
        var half: [String: Answer] = [:]
        for place in Self.early { half[place] = try await service.get(path + place) }
        self.half = half

        service.gate?.open()
        job = try await service.ended(path)
        stream = try await streaming.value
        self.events = try await events
        self.frames = try await frames
    }
}

/// Gives all tests of a suite one rendered video.
struct RenderedVideoTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        var options = TestService.Options()
        options.gate = 1
        try await TestService.run(options, settings: { $0.retention = 3_600 }) { service in
            let video = try await RenderedVideo(service)
            try await RenderedVideo.$current.withValue(video, operation: function)
        }
    }
}

extension Trait where Self == RenderedVideoTrait {
    static var renderedVideo: Self { Self() }
}
