import Engine
import Foundation
import HTTPServer
import Media
import Studio

/// The fields of a request for a video, from a form or from JSON, on their way to a `VideoSpec`.
///
/// Every field is checked as it comes, so that an error names it. What needs the avatar is checked at the end.
struct VideoForm: Sendable {
    /// A field's value: as text, or as a file that was uploaded.
    enum Value: Sendable {
        case text(String)
        case file(path: String)
    }

    private(set) var spec = VideoSpec(avatar: "")
    /// The uploaded files, by the blob that they become.
    private(set) var files: [String: String] = [:]
    /// Nil where the background, or else the default, decides.
    private var format: VideoSpec.Format?
    private var webhook: WebhookTarget?
    /// The name of one of the avatar's tracks.
    private var track: String?
    private var voiceName: String?
    private var speed: Int?
    private var pitch: Int?
    static let fields = [
        "avatar", "audio", "features", "text", "voice", "speed", "pitch", "poses", "pose_loop", "background", "size",
        "quality", "format", "head_only",
        "webhook", "metadata",
    ]

    init() {}

    // MARK: fields

    /// - Throws: `HTTPError` 422 that names the field.
    mutating func set(_ name: String, _ value: Value) throws {
        switch (name, value) {
        case ("audio", .file(let path)):
            try requireContent(path, name)
            spec.hasAudio = true
            files[VideoSpec.Blob.audio] = path
        case ("features", .file(let path)):
            try check(name) { () throws(EngineError) in _ = try SpeechFeatures.frameCount(path: path) }
            spec.hasFeatures = true
            files[VideoSpec.Blob.features] = path
        case ("poses", .file(let path)):
            try check(name) { () throws(EngineError) in _ = try PoseTrack.read(path: path) }
            spec.poses = .uploaded
            files[VideoSpec.Blob.poses] = path
        case ("background", .file(let path)):
            try check(name) { () throws(EngineError) in _ = try PictureFile.read(path) }
            spec.background = .uploaded
            files[VideoSpec.Blob.background] = path
        case (let name, .file(let path)) where Self.fields.contains(name):
            // curl and browsers send any field as a file if told to.
            guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
                let text = String(data: data, encoding: .utf8)
            else { throw Self.refusal(name, "a file", expected: "text") }
            try set(name, text: text)
        case (let name, .text(let text)): try set(name, text: text)
        case (let name, .file): throw Self.unknown(name)
        }
    }

    private mutating func set(_ name: String, text: String) throws {
        switch name {
        case "avatar":
            guard !text.isEmpty else { throw Self.refusal(name, "nothing", expected: "an avatar's name") }
            spec.avatar = text
        case "audio", "features":
            throw Self.refusal(name, "text", expected: "a file", remedy: "with curl, write -F \(name)=@FILE")
        case "text":
            var spoken: SpokenText?
            try check(name) { () throws(EngineError) in spoken = try SpokenText(text) }
            spec.text = spoken?.text
        case "voice":
            voiceName = text
            try check(name) { () throws(EngineError) in _ = try Voice(name: text) }
        case "speed": speed = try Self.number(name, text, Voice.speeds)
        case "pitch": pitch = try Self.number(name, text, Voice.pitches)
        case "poses": track = text
        case "pose_loop": spec.poseLoop = try Self.choice(name, text)
        case "background": spec.background = try Self.background(text)
        case "size":
            guard let width = Int(text), VideoSpec.widths.contains(width) else {
                throw Self.refusal(
                    name, "'\(text)'",
                    expected: "a width from \(VideoSpec.widths.lowerBound) to \(VideoSpec.widths.upperBound) pixels")
            }
            spec.width = width
        case "quality": spec.quality = try Self.choice(name, text)
        case "format": format = try Self.choice(name, text)
        case "head_only":
            guard let value = Bool(text) else { throw Self.refusal(name, "'\(text)'", expected: "true or false") }
            spec.headOnly = value
        case "webhook":
            webhook = try WebhookTarget(text)
            spec.webhook = text
        case "metadata": spec.metadata = try Self.metadata(text)
        default: throw Self.unknown(name)
        }
    }

    // MARK: the whole

    /// Checks the fields against each other and against the avatar.
    ///
    /// - Parameter preferred: the format where neither the field nor the background decides.
    /// - Throws: `HTTPError` 422.
    mutating func finish(for videos: Videos, preferred: VideoSpec.Format = .mp4) throws {
        let (library, speech) = (videos.library, videos.speech)
        guard webhook?.isSecure ?? true || videos.allowsPlainWebhooks else {
            throw Self.refusal("webhook", "plain HTTP", expected: "an https address")
        }
        if spec.avatar.isEmpty {
            let names = library.names()
            guard names.count == 1 else {
                throw Self.refusal("avatar", "nothing", expected: "one of: \(names.joined(separator: ", "))")
            }
            spec.avatar = names[0]
        }
        let avatar: Avatar
        do throws(EngineError) {
            avatar = try library.avatar(spec.avatar).avatar
        } catch {
            let detail = error.subject == "avatar" ? "\(error)" : "avatar: \(error)"
            throw HTTPError(.unprocessableContent, kind: "invalid-field", detail: detail)
        }
        try setVoice(videos.voices)
        guard spec.hasAudio || spec.hasFeatures || spec.text != nil else {
            throw Self.refusal("audio", "nothing to say", expected: "audio, features or text")
        }
        guard spec.hasFeatures || speech.isConfigured else {
            throw Self.refusal(
                "features", "nothing, and this server has no speech model",
                expected: spec.text == nil ? "features beside the audio" : "features instead of the text",
                remedy: "send features, or have the operator start with --deepspeech")
        }
        spec.format = format ?? (spec.background == .transparent ? .webm : preferred)
        if spec.background == .transparent && spec.format == .mp4 {
            throw Self.refusal(
                "format", "mp4 with a transparent background", expected: "webm", remedy: "an MP4 has no transparency")
        }
        if let track { try setTrack(track, avatar) }
        try requireWorth(avatar, videos.bakery)
        let height = Double(spec.width ?? 0) * Double(avatar.background.height) / Double(avatar.background.width)
        guard height <= Double(VideoSpec.widths.upperBound) else {
            throw Self.refusal(
                "size", "\(Int(height)) pixels of height", expected: "\(VideoSpec.widths.upperBound) at most")
        }
    }

    /// Checks the text against what else is to be heard, and its voice.
    private mutating func setVoice(_ voices: VoiceCatalogue) throws {
        guard spec.text != nil else {
            let fields: [(String, Bool)] = [
                ("voice", voiceName != nil), ("speed", speed != nil), ("pitch", pitch != nil),
            ]
            guard let (field, _) = fields.first(where: \.1) else { return }
            throw Self.refusal(field, "a voice without words", expected: "text beside it")
        }
        guard !spec.hasAudio && !spec.hasFeatures else {
            let other = spec.hasAudio ? "audio" : "features"
            throw Self.refusal("text", "text and \(other)", expected: "one of them")
        }
        var known: [VoiceCatalogue.Entry] = []
        try check("text") { () throws(EngineError) in known = try voices.list() }
        var voice: Voice?
        try check("voice") { () throws(EngineError) in
            voice = try Voice(name: voiceName ?? Voice.defaultName, speed: speed, pitch: pitch)
        }
        // A variant, as in en-us+f3, is espeak-ng's to find.
        let base = voice?.name.prefix { $0 != "+" } ?? ""
        guard known.contains(where: { $0.name == base }) else {
            throw Self.refusal(
                "voice", "the unknown voice '\(base)'", expected: "one that GET /v1/voices lists",
                remedy: "correct it, or leave it out")
        }
        spec.voice = voice
    }

    private mutating func setTrack(_ name: String, _ avatar: Avatar) throws {
        guard avatar.tracks.contains(where: { $0.name == name }) else {
            let names = avatar.tracks.map(\.name).joined(separator: ", ")
            throw Self.refusal(
                "poses", "'\(name.prefix(64))'", expected: "one of the avatar's tracks (\(names)) or a transforms JSON")
        }
        spec.poses = .track(name)
    }

    /// - Throws: `HTTPError` 422 if real time was asked for by name and the avatar is not good enough for it.
    private func requireWorth(_ avatar: Avatar, _ bakery: Bakery) throws {
        let (choice, _) = bakery.choice(for: avatar, asked: spec.quality)
        guard choice.isRefused, let note = choice.note else { return }
        throw Self.refusal(
            "quality", "realtime. \(note.dropLast())", expected: "exact",
            remedy: "ask for that, or have the operator bake at a finer --resolution or lower --realtime-floor")
    }

    // MARK: values

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw refusal(
                name, "'\(text.prefix(64))'", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ text: String
    ) throws -> Choice where Choice.RawValue == String {
        guard let value = Choice(rawValue: text) else {
            throw refusal(name, "'\(text)'", expected: Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    private static func background(_ text: String) throws -> VideoSpec.Background {
        if text == "transparent" { return .transparent }
        guard text.count == 7, text.hasPrefix("#"), BackgroundChoice(argument: text) != nil else {
            throw refusal("background", "'\(text.prefix(64))'", expected: "a picture file, '#rrggbb' or 'transparent'")
        }
        return .color(text)
    }

    private static func metadata(_ text: String) throws -> [String: String] {
        guard let object = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)), object.count <= 16,
            object.allSatisfy({ (1...64).contains($0.key.unicodeScalars.count) && $0.value.unicodeScalars.count <= 512 }
            )
        else {
            throw refusal(
                "metadata", "something else",
                expected: "a JSON object of at most 16 strings of up to 512 characters, with names of up to 64")
        }
        return object
    }

    private func requireContent(_ path: String, _ name: String) throws {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_size > 0 else {
            throw Self.refusal(name, "an empty file", expected: "a recording")
        }
    }

    private func check(_ name: String, _ body: () throws(EngineError) -> Void) throws {
        do throws(EngineError) {
            try body()
        } catch {
            // The uploaded file's path is nobody's business; the error's other parts say what is wrong.
            var detail = "\(name): \(error.found)"
            if !error.expected.isEmpty { detail += ", expected \(error.expected)" }
            if !error.remedy.isEmpty { detail += "; \(error.remedy)" }
            throw HTTPError(.unprocessableContent, kind: "invalid-field", detail: detail)
        }
    }

    // MARK: errors

    static func refusal(_ field: String, _ found: String, expected: String, remedy: String = "") -> HTTPError {
        let advice = remedy.isEmpty ? "" : "; \(remedy)"
        return HTTPError(
            .unprocessableContent, kind: "invalid-field", detail: "\(field): \(found), expected \(expected)\(advice)")
    }

    private static func unknown(_ name: String) -> HTTPError {
        refusal(String(name.prefix(64)), "an unknown field", expected: "one of \(fields.joined(separator: ", "))")
    }
}
