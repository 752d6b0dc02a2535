import Engine
import Foundation
import Media
import Studio

/// Finds out how long a job's video is, and prepares all that its segments have in common: the first of a job's pieces of work.
struct VideoPlanner: Sendable {
    let library: AvatarLibrary
    let bakery: Bakery
    let speech: SpeechModel
    /// Seconds that a video may last.
    let maximumDuration: Int

    /// What planning finds out, stored with the job.
    struct Plan: Codable, Sendable {
        var frameCount: Int
        var framesPerSegment: Int
        /// Nil in plans of old: as many as of the other segments.
        var firstFrames: Int?
        var width: Int
        var height: Int
        /// Nil where frames are rendered without shortcuts.
        var fidelity: Fidelity?
        /// Nil in plans that are older than the choice: exact.
        var quality: Quality?
        /// Why the quality is not the one that was asked for, or real time.
        var qualityNote: String?
        /// Where real time comes from: all frames of a job from one file.
        var bake: Bake?

        struct Bake: Codable, Hashable, Sendable {
            var path: String
            /// The same for the same pictures (`BakedAvatar.digest`).
            var digest: String
            var report: BakeReportResource
        }

        struct Fidelity: Codable, Hashable, Sendable {
            /// PSNR against exact rays, dB.
            var measured: Double
            /// Under what the PSNR of whole pictures is likely to be, dB.
            var assured: Double
            var rays: Int
        }

        var timeline: VideoTimeline {
            get throws(EngineError) {
                try VideoTimeline(
                    frameCount: frameCount, framesPerSegment: framesPerSegment, firstFrames: firstFrames)
            }
        }
    }

    /// - Parameters:
    ///   - folder: where new files of the job are put, by name (`VideoSession.Blob`).
    ///   - file: the path of a file that the client sent, by name.
    ///   - time: receives seconds spent on a stage.
    /// - Throws: `.canceled`, and whatever is wrong with what the client sent.
    func plan(
        _ spec: VideoSpec, folder: String, file: (String) throws -> String,
        time: (_ stage: String, _ seconds: Double) -> Void, isCanceled: @escaping @Sendable () -> Bool
    ) throws -> Plan {
        let loaded = try library.avatar(spec.avatar)
        // From here on what was read aloud is audio as any other.
        let spoken = try spec.text.map { try speak($0, spec.voice, in: folder, time, isCanceled) }
        func recording() throws -> String { try spoken ?? file(VideoSpec.Blob.audio) }
        // Sound that moves the lips is encoded while it is decoded for them: each is mostly the start of a process.
        let givenUp = CancellationFlag()
        let encoding =
            spec.hasSound && !spec.hasFeatures
            ? try encodeAside(spec, loaded.avatar, audio: recording()) {
                givenUp.isSet || isCanceled()
            } : nil
        defer {
            givenUp.set()
            encoding?.wait()
        }
        if !spec.hasFeatures {
            try writeFeatures(
                of: recording(), to: "\(folder)/\(VideoSession.Blob.features)", time, isCanceled)
        }
        let performance = try VideoSession.performance(spec, avatar: loaded.avatar) { name in
            name == VideoSession.Blob.features ? "\(folder)/\(name)" : try file(name)
        }
        let timeline = try timeline(
            performance, of: spec.hasFeatures ? "features" : spec.text == nil ? "audio" : "text")
        let soundPath = "\(folder)/\(VideoSession.Blob.soundtrack)"
        if let encoding {
            let (packets, seconds) = try encoding.value()
            time("soundtrack", seconds)
            try packets.write(to: soundPath, timeline: timeline)
        } else if spec.hasSound {
            try measure("soundtrack", time) {
                try SoundtrackEncoder.encode(
                    Soundtrack(path: recording(), start: start(of: loaded.avatar)), name: "audio",
                    format: spec.format.video, timeline: timeline, to: soundPath, isCanceled: isCanceled)
            }
        }
        let soundtrack = spec.hasSound ? try EncodedSoundtrack(path: soundPath) : nil
        let layout = try VideoSession.layout(spec, performance)
        let stream = try VideoStream.plan(layout: layout, timeline: timeline, soundtrack: soundtrack)
        try Data(stream.header).write(to: URL(fileURLWithPath: "\(folder)/\(VideoSession.Blob.header)"))

        var plan = Plan(
            frameCount: timeline.frameCount, framesPerSegment: timeline.framesPerSegment,
            firstFrames: timeline.firstFrames, width: layout.width,
            height: layout.height)
        if spec.quality != .exact { bakery.want(loaded.avatar) }
        let (choice, bake) = bakery.choice(for: loaded.avatar, asked: spec.quality)
        plan.quality = choice.quality
        plan.qualityNote = choice.note
        plan.bake = bake.map {
            Plan.Bake(path: $0.path, digest: $0.digest, report: BakeReportResource($0.report))
        }
        if choice.quality == .exact {
            plan.fidelity = try learn(
                performance, of: loaded, to: "\(folder)/\(VideoSession.Blob.shortcuts)", time, isCanceled)
        }
        return plan
    }

    /// Reads the text aloud.
    ///
    /// - Returns: the recording's path.
    private func speak(
        _ text: String, _ voice: Voice?, in folder: String, _ time: (String, Double) -> Void,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> String {
        let path = "\(folder)/voice.wav"
        try measure("voice", time) {
            try VoiceSynthesizer.synthesize(
                SpokenText(text), voice: voice ?? Voice(), to: path, isCanceled: isCanceled)
        }
        return path
    }

    /// Begins to encode the sound of a video whose length is that of its speech.
    private func encodeAside(
        _ spec: VideoSpec, _ avatar: Avatar, audio: String, isCanceled: @escaping @Sendable () -> Bool
    ) -> Aside<(SoundPackets, seconds: Double)> {
        let soundtrack = Soundtrack(path: audio, start: start(of: avatar))
        let format = spec.format.video
        // As `tooLong` allows, and the frames that this rounds up to.
        let limit = maximumDuration + 2
        return Aside {
            let start = ContinuousClock.now
            let packets = try SoundtrackEncoder.packets(
                of: soundtrack, name: "audio", format: format, atMost: limit, isCanceled: isCanceled)
            return (packets, seconds: (ContinuousClock.now - start) / .seconds(1))
        }
    }

    /// What may be skipped in an exact video's frames.
    private func learn(
        _ performance: Performance, of loaded: LoadedAvatar, to path: String, _ time: (String, Double) -> Void,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws -> Plan.Fidelity? {
        let certificate = try measure("learn", time) {
            try loaded.learn(
                from: (0..<performance.count).map(performance.request), keepingIn: path, isCanceled: isCanceled)
        }
        guard let certificate, certificate.rays > 0 else { return nil }
        return Plan.Fidelity(
            measured: certificate.fidelity, assured: certificate.assured, rays: certificate.rays)
    }

    private func writeFeatures(
        of audio: String, to path: String, _ time: (String, Double) -> Void,
        _ isCanceled: @escaping @Sendable () -> Bool
    ) throws {
        let recording = try measure("decode", time) {
            try AudioDecoder.decode(path: audio, name: "audio", isCanceled: isCanceled)
        }
        guard recording.duration <= Double(maximumDuration) + 1 else {
            throw Self.tooLong("audio", recording.duration, maximumDuration)
        }
        let features = try measure("features", time) {
            try speech.features(of: recording, name: "audio", isCanceled: isCanceled)
        }
        let shape = [features.count, SpeechFeatures.steps, SpeechFeatures.characters]
        let bytes = NumpyFile.encode(Tensor(shape: shape, values: features.values))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// - Parameter field: what makes the video as long as it is.
    private func timeline(_ performance: Performance, of field: String) throws(EngineError) -> VideoTimeline {
        let seconds = Double(performance.count) / Double(VideoTimeline.frameRate)
        guard seconds <= Double(maximumDuration) + 1 else { throw Self.tooLong(field, seconds, maximumDuration) }
        return try VideoTimeline(
            frameCount: performance.count, firstFrames: VideoTimeline.shortLead)
    }

    /// Frame k shows the features `aud_start + k`, of which there are as many a second as frames.
    private func start(of avatar: Avatar) -> Double {
        Double(avatar.configuration.audioStart) / Double(VideoTimeline.frameRate)
    }

    private static func tooLong(_ field: String, _ seconds: Double, _ limit: Int) -> EngineError {
        EngineError(
            .invalidValue, field, found: String(format: "%.1f seconds", seconds), expected: "at most \(limit)",
            remedy: "split it, or have the operator raise --max-duration")
    }

    private func measure<Result>(
        _ stage: String, _ time: (String, Double) -> Void, _ body: () throws -> Result
    ) rethrows -> Result {
        let start = ContinuousClock.now
        defer { time(stage, (ContinuousClock.now - start) / .seconds(1)) }
        return try body()
    }
}
