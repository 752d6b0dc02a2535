import Engine
import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import Media

/// The picture of a job: the finished file, the stream while it renders, HLS, single frames.
struct WatchRoutes: Sendable {
    let videos: Videos
    /// Pictures are decoded in processes of their own, of which there must not be any number.
    private let decoding = AsyncTurn(limit: 4, waiting: 256)

    init(videos: Videos) {
        self.videos = videos
    }

    func register(on router: inout Router) {
        router.on(.get, "/v1/videos/{id}/content", content)
        router.on(.get, "/v1/videos/{id}/stream", stream)
        router.on(.get, "/v1/videos/{id}/hls/index.m3u8", playlist)
        router.on(.get, "/v1/videos/{id}/hls/init.mp4", initialization)
        router.on(.get, "/v1/videos/{id}/hls/{segment}.m4s", segment)
        router.on(.get, "/v1/videos/{id}/frames", frames)
        router.on(.get, "/v1/videos/{id}/frames/{frame}.jpg") { try await frame($0, as: .jpeg(), "image/jpeg") }
        router.on(.get, "/v1/videos/{id}/frames/{frame}.png") { try await frame($0, as: .png, "image/png") }
    }

    // MARK: the finished file

    private func content(_ request: Request) async throws -> Response {
        let (job, spec) = try await find(request)
        _ = try request.preferredType(of: [spec.format.mediaType])
        guard job.phase == .completed, let artifact = job.state.artifact else {
            throw HTTPError(
                .conflict,
                detail: "the video is \(job.phase.rawValue), content is there when it is completed; follow links.events"
            )
        }
        guard let path = try await videos.engine.blob(job.id, artifact.name) else { throw Self.gone(job) }
        let name = "\(spec.avatar)-\(job.id).\(spec.format.rawValue)"
        let response = FileResponse(
            try FileHandle(path: path), contentType: spec.format.mediaType,
            etag: EntityTag("\(job.id)-\(artifact.bytes)"),
            fields: [
                .contentDisposition: ContentDisposition.attachment(name), .cacheControl: "private, max-age=3600",
            ])
        return response.response(to: request)
    }

    // MARK: while it renders

    private func stream(_ request: Request) async throws -> Response {
        let (job, spec) = try await find(request)
        _ = try request.preferredType(of: [spec.format.mediaType])
        let offset = try request.queryItems()["offset"].map { text in
            // As far as numbers are exact in JavaScript.
            guard let offset = Self.number(text), offset < 1 << 53 else {
                throw VideoForm.refusal(
                    "offset", "'\(text.prefix(64))'", expected: "a number of bytes, at most 2^53 - 1")
            }
            return offset
        }
        let planned = try await planned(job)
        return response(streaming: planned, spec, from: offset ?? 0)
    }

    /// The answer to a request for a video that asks for the video itself.
    ///
    /// - Parameter isAlone: whether nobody else knows of the job, so that it goes when the client does.
    func video(of job: Job, for request: Request, isAlone: Bool) async throws -> Response {
        let engine = videos.engine
        let abandon: @Sendable () async -> Void = {
            if isAlone { _ = try? await engine.delete(job.id) }
        }
        do {
            let planned = try await planned(job, isNew: true)
            var response = response(streaming: planned, try VideoSpec(job), onFailure: abandon)
            response.fields[.videoID] = job.id.rawValue
            response.fields[.contentLocation] = "/v1/videos/\(job.id)"
            return response
        } catch is CancellationError {
            await abandon()
            throw CancellationError()
        }
    }

    private func response(
        streaming job: Job, _ spec: VideoSpec, from offset: Int = 0,
        onFailure: @escaping @Sendable () async -> Void = {}
    ) -> Response {
        let engine = videos.engine
        return Response(
            .ok, fields: [.contentType: spec.format.mediaType, .cacheControl: "no-store"],
            body: .stream(length: nil) { writer in
                do {
                    guard let header = try await engine.blob(job.id, VideoSession.Blob.header) else {
                        throw HTTPError(.gone, detail: "the video's files are gone")
                    }
                    // The same bytes whoever sends them, so that a client can go on elsewhere.
                    var skip = try await writer.write(header, from: offset)
                    for index in 0..<(job.state.plan?.segmentCount ?? 0) {
                        skip = try await writer.write(engine.segmentReady(job.id, index), from: skip)
                    }
                } catch {
                    await onFailure()
                    throw error
                }
            })
    }

    private func frames(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["multipart/x-mixed-replace"])
        let (job, _) = try await find(request)
        let planned = try await planned(job)
        let extractor = try await extractor(planned)
        let engine = videos.engine
        return .pictures { stream in
            for index in 0..<(planned.state.plan?.segmentCount ?? 0) {
                let path = try await engine.segmentReady(planned.id, index)
                let pictures = try await decoding.take {
                    try await Blocking.run { try extractor.frames(ofSegment: Self.bytes(path)) }
                }
                for picture in pictures { try await stream.send(picture, contentType: "image/jpeg") }
            }
        }
    }

    // MARK: HLS

    private func playlist(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: [HLSPlaylist.contentType])
        let (job, spec) = try await find(request)
        guard spec.format == .mp4 else {
            throw HTTPError(.conflict, detail: "the video is WebM, HLS plays MP4; watch links.stream")
        }
        let planned = try await planned(job)
        // A player gives up on a playlist without a segment.
        _ = try await ready(planned, 0)
        guard let current = try await videos.engine.job(job.id), let timeline = try Self.timeline(current) else {
            throw Self.gone(job)
        }
        let query = request.query.map { "?\($0)" } ?? ""
        let text = HLSPlaylist.text(
            timeline: timeline, finished: current.state.leadingSegments, isEnded: current.phase.isEnded,
            header: "init.mp4\(query)", segment: { "\($0).m4s\(query)" })
        return Response(
            .ok, fields: [.contentType: HLSPlaylist.contentType, .cacheControl: "no-cache"],
            body: .bytes(Array(text.utf8)))
    }

    private func initialization(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["video/mp4"])
        let (job, _) = try await find(request)
        guard let path = try await videos.engine.blob(job.id, VideoSession.Blob.header) else {
            try Self.requireFiles(job)
            throw HTTPError(.conflict, detail: "the video has not begun; follow links.events")
        }
        return try piece(path, "video/mp4", EntityTag("\(job.id)-init"), request)
    }

    private func segment(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["video/iso.segment", "video/mp4"])
        let (job, _) = try await find(request)
        try Self.requireFiles(job)
        guard let index = Self.number(request.parameters["segment"]) else {
            throw HTTPError(.notFound, detail: "segments are numbered from 0")
        }
        guard let timeline = try Self.timeline(job) else {
            throw HTTPError(.conflict, detail: "the video has not begun; follow links.events")
        }
        guard index < timeline.segmentCount else {
            throw HTTPError(.notFound, detail: "the video has \(timeline.segmentCount) segments, from 0")
        }
        guard job.state.committed.contains(index) else {
            throw HTTPError(.conflict, detail: "the playlist does not list segment \(index) yet; follow links.events")
        }
        let path = try await videos.engine.segmentReady(job.id, index)
        return try piece(path, "video/iso.segment", EntityTag("\(job.id)-\(index)"), request)
    }

    private func piece(
        _ path: String, _ type: String, _ etag: EntityTag, _ request: Request
    ) throws -> Response {
        FileResponse(
            try FileHandle(path: path), contentType: type, etag: etag,
            fields: [.cacheControl: "private, max-age=3600"]
        ).response(to: request)
    }

    // MARK: one frame

    private func frame(
        _ request: Request, as format: FrameExtractor.Format, _ type: String
    ) async throws -> Response {
        _ = try request.preferredType(of: [type])
        let (job, _) = try await find(request)
        try Self.requireFiles(job)
        guard let number = Self.number(request.parameters["frame"]) else {
            throw HTTPError(.notFound, detail: "frames are numbered from 0")
        }
        guard let timeline = try Self.timeline(job) else {
            throw HTTPError(.conflict, detail: "the video has not begun; follow links.events")
        }
        guard number < timeline.frameCount else {
            throw HTTPError(.notFound, detail: "the video has \(timeline.frameCount) frames, from 0")
        }
        let (segment, index) = timeline.location(ofFrame: number)
        guard job.state.committed.contains(segment) else {
            throw HTTPError(.conflict, detail: "frame \(number) is not rendered yet; follow links.events")
        }
        let etag = EntityTag("\(job.id)-\(number)")
        if let answer = Response.answering(conditionsOf: request, etag: etag) { return answer }
        let extractor = try await extractor(job)
        let path = try await videos.engine.segmentReady(job.id, segment)
        let picture = try await decoding.take {
            try await Blocking.run { try extractor.frame(index, ofSegment: Self.bytes(path), as: format) }
        }
        return Response(
            .ok, fields: [.contentType: type, .eTag: "\(etag)", .cacheControl: "private, max-age=3600"],
            body: .bytes(picture))
    }

    // MARK: parts

    private func find(_ request: Request) async throws -> (Job, VideoSpec) {
        let job = try await videos.job(request)
        return (job, try VideoSpec(job))
    }

    /// The job once the number of its frames is known.
    ///
    /// - Parameter isNew: whether it was asked for by this very request, whose fault a failure then may be.
    /// - Throws: `HTTPError` 409 or 410; 422 for a new one.
    private func planned(_ job: Job, isNew: Bool = false) async throws -> Job {
        var latest = job
        if job.state.plan == nil {
            for await news in videos.changes(of: job) {
                latest = news
                if news.state.plan != nil { break }
            }
            try Task.checkCancellation()
        }
        if let failure = latest.state.failure, latest.state.plan == nil {
            let isClients = isNew && failure.kind == "invalid-field"
            throw HTTPError(isClients ? .unprocessableContent : .conflict, kind: failure.kind, detail: failure.detail)
        }
        try Self.requireFiles(latest)
        guard latest.state.plan != nil else {
            throw HTTPError(.conflict, detail: "the video was \(latest.phase.rawValue) before it began; make it again")
        }
        return latest
    }

    private func ready(_ job: Job, _ index: Int) async throws -> String {
        try await videos.engine.segmentReady(job.id, index)
    }

    private func extractor(_ job: Job) async throws -> FrameExtractor {
        guard let details = job.state.plan?.details,
            let header = try await videos.engine.blob(job.id, VideoSession.Blob.header)
        else { throw Self.gone(job) }
        let spec = try VideoSpec(job)
        let sound = spec.hasSound ? try await videos.engine.blob(job.id, VideoSession.Blob.soundtrack) : nil
        let stream = try await Blocking.run {
            let plan = try JSONDecoder().decode(VideoPlanner.Plan.self, from: details)
            return try VideoStream(
                layout: VideoLayout(
                    format: spec.format.video, width: plan.width, height: plan.height,
                    transparent: spec.background == .transparent), timeline: plan.timeline,
                soundtrack: sound.map(EncodedSoundtrack.init(path:)), header: Self.bytes(header))
        }
        return FrameExtractor(stream: stream)
    }

    /// - Throws: `HTTPError` 410 after expiry, 409 if the job failed or was cancelled, whose files go at once.
    private static func requireFiles(_ job: Job) throws {
        if job.state.isExpired { throw gone(job) }
        guard job.phase != .failed, job.phase != .canceled else {
            throw HTTPError(
                .conflict, detail: "the video \(job.phase == .failed ? "failed" : "was canceled"); make it again")
        }
    }

    private static func gone(_ job: Job) -> HTTPError {
        HTTPError(.gone, detail: "the video's files have expired; make it again")
    }

    private static func timeline(_ job: Job) throws -> VideoTimeline? {
        try job.state.plan.map {
            try VideoTimeline(
                frameCount: $0.frameCount, framesPerSegment: $0.framesPerSegment, firstFrames: $0.firstFrames)
        }
    }

    /// Digits only: no sign, no spaces.
    private static func number(_ text: String?) -> Int? {
        guard let text, !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

extension ResponseWriter {
    /// Sends a file without its first bytes.
    ///
    /// - Returns: how many bytes are left to be passed over.
    fileprivate func write(_ path: String, from offset: Int) async throws -> Int {
        let file = try FileHandle(path: path)
        if offset < file.size { try await write(file, offset..<file.size) }
        return max(0, offset - file.size)
    }
}
