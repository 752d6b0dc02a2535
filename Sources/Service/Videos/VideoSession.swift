import Engine
import Foundation
import HTTPServer
import Media
import Studio

/// Everything that a planned job's frames are made from, in memory.
final class VideoSession: Sendable {
    let performance: Performance
    let stream: VideoStream
    private let source: Source

    /// What draws the frames.
    private enum Source {
        case exact(AcceleratedRenderer)
        /// Whoever only puts segments together does not need the file.
        case realtime(Result<OpenBake, any Error>)
    }

    /// A segment that is rendered and encoded.
    struct Segment: Sendable {
        var bytes: [UInt8]
        /// Frames that show the nearest code or pose that was baked, for want of their own.
        var framesOutOfRange: Int
    }

    /// Names of the files that planning leaves with the job, beside the client's own (`VideoSpec.Blob`).
    enum Blob {
        static let features = "speech.npy"
        static let soundtrack = "soundtrack"
        static let header = "header"
        static let shortcuts = "shortcuts.bin"

        static let planned = [features, soundtrack, header, shortcuts]
    }

    /// - Parameters:
    ///   - file: the path of a job's file by name.
    /// - Throws: what is wrong with the avatar or a file.
    init(
        _ spec: VideoSpec, _ plan: VideoPlanner.Plan, library: AvatarLibrary, bakery: Bakery, timeline: VideoTimeline,
        file: (String) throws -> String
    ) throws {
        let loaded = try library.avatar(spec.avatar)
        performance = try Self.performance(spec, avatar: loaded.avatar, file: file)
        if let bake = plan.bake {
            source = .realtime(
                Result { try bakery.bake(of: loaded.avatar, path: bake.path, digest: bake.digest) })
        } else {
            source = .exact(loaded.renderer(keptIn: try file(Blob.shortcuts), camera: performance.camera))
        }
        let soundtrack = spec.hasSound ? try EncodedSoundtrack(path: file(Blob.soundtrack)) : nil
        guard let header = FileManager.default.contents(atPath: try file(Blob.header)) else {
            throw EngineError(.unreadable, Blob.header, found: "no such file", remedy: "submit the job again")
        }
        stream = try VideoStream(
            layout: Self.layout(spec, performance), timeline: timeline, soundtrack: soundtrack, header: [UInt8](header))
    }

    static func layout(_ spec: VideoSpec, _ performance: Performance) throws(EngineError) -> VideoLayout {
        try VideoLayout(
            format: spec.format.video, width: performance.camera.width, height: performance.camera.height,
            transparent: spec.background == .transparent)
    }

    /// What the avatar does in this video, once its features are known.
    static func performance(
        _ spec: VideoSpec, avatar: Avatar, file: (String) throws -> String
    ) throws -> Performance {
        let features = try SpeechFeatures.read(
            path: file(spec.hasFeatures ? VideoSpec.Blob.features : Blob.features))
        let track: PoseTrack
        switch spec.poses {
        case .avatarsOwn: track = avatar.defaultTrack
        case .track(let name):
            guard let found = avatar.tracks.first(where: { $0.name == name }) else {
                throw EngineError(
                    .inconsistent, "poses", found: "no track '\(name)' any more", remedy: "choose one of the avatar's")
            }
            track = found
        case .uploaded:
            track = try PoseTrack.read(
                path: file(VideoSpec.Blob.poses), stride: avatar.configuration.poseStride)
        }
        let background: BackgroundChoice? =
            switch spec.background {
            case .avatarsOwn: nil
            case .color(let text): BackgroundChoice(argument: text)
            case .transparent: .transparent
            case .uploaded: .file(try file(VideoSpec.Blob.background))
            }
        return try Performance(
            avatar: avatar, features: features, track: track, loop: spec.poseLoop, background: background,
            size: spec.width, headOnly: spec.headOnly)
    }

    /// Renders and encodes a segment: while one frame is encoded, the next is rendered.
    ///
    /// - Parameters:
    ///   - time: receives seconds spent rendering and encoding, without those spent waiting for each other.
    ///   - rendered: receives the number of frames so far.
    /// - Throws: `.canceled`; `JobFailure` if the baked file has been replaced.
    func segment(
        _ index: Int, time: (_ stage: String, _ seconds: Double) -> Void, rendered: (Int) -> Void,
        isCanceled: @escaping @Sendable () -> Bool
    ) throws -> Segment {
        let encoding = try SegmentEncoding(stream.layout)
        let writing = SerialWork()
        var rendering = Duration.zero
        let clock = ContinuousClock()
        do {
            let outOfRange = try withRenderer { renderer in
                let before = renderer.framesOutOfRange
                for (count, frame) in stream.timeline.frames(ofSegment: index).enumerated() {
                    let start = clock.now
                    let picture = try renderer.picture(performance.request(frame: frame), isCanceled: isCanceled)
                    rendering += clock.now - start
                    try writing.put { try encoding.append(picture) }
                    rendered(count + 1)
                }
                return renderer.framesOutOfRange - before
            }
            try writing.finish()
            let bytes = try stream.segment(index, encoding.finish())
            time("render", rendering / .seconds(1))
            time("encode", encoding.busy / .seconds(1))
            return Segment(bytes: bytes, framesOutOfRange: outOfRange)
        } catch {
            writing.abandon()
            throw error
        }
    }

    private func withRenderer<Result>(_ body: (any PictureRenderer) throws -> Result) throws -> Result {
        switch source {
        case .exact(let renderer): try body(renderer)
        case .realtime(let bake): try bake.get().withRenderer(body)
        }
    }
}

extension VideoSpec.Format {
    var video: VideoFormat {
        switch self {
        case .mp4: .mp4
        case .webm: .webm
        }
    }
}
