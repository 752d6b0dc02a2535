import Engine
import Foundation
import HTTPServer
import Media
import Studio

/// Everything that a planned job's frames are made from, in memory.
final class VideoSession: Sendable {
    let performance: Performance
    let stream: VideoStream
    private let renderer: AcceleratedRenderer

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
        _ spec: VideoSpec, library: AvatarLibrary, timeline: VideoTimeline, file: (String) throws -> String
    ) throws {
        let loaded = try library.avatar(spec.avatar)
        performance = try Self.performance(spec, avatar: loaded.avatar, file: file)
        renderer = loaded.renderer(keptIn: try file(Blob.shortcuts), camera: performance.camera)
        let soundtrack = spec.hasAudio ? try EncodedSoundtrack(path: file(Blob.soundtrack)) : nil
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

    /// Renders and encodes a segment.
    ///
    /// - Parameters:
    ///   - time: receives seconds spent rendering and encoding.
    ///   - rendered: receives the number of frames so far.
    /// - Throws: `.canceled`.
    func segment(
        _ index: Int, time: (_ stage: String, _ seconds: Double) -> Void, rendered: (Int) -> Void,
        isCanceled: @escaping @Sendable () -> Bool
    ) throws -> [UInt8] {
        let encoder = try SegmentEncoder(stream.layout)
        var rendering = Duration.zero
        var encoding = Duration.zero
        let clock = ContinuousClock()
        for (count, frame) in stream.timeline.frames(ofSegment: index).enumerated() {
            var picture: Picture?
            rendering += try clock.measure {
                let request = performance.request(frame: frame)
                picture = Picture(try renderer.render(request, isCanceled: isCanceled))
            }
            if let picture { encoding += try clock.measure { try encoder.append(picture) } }
            rendered(count + 1)
        }
        let start = clock.now
        let bytes = try stream.segment(index, encoder.finish())
        encoding += clock.now - start
        time("render", rendering / .seconds(1))
        time("encode", encoding / .seconds(1))
        return bytes
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
