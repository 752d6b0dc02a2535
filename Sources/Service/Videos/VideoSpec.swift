import Engine
import Media
import Studio

/// What a job is asked to make, as it is stored with it. The files that go with it are the job's blobs, named by `Blob`.
struct VideoSpec: Codable, Hashable, Sendable {
    var avatar: String
    /// Nil where the server decides.
    var quality: Quality?
    var format = Format.mp4
    /// The pictures' width in pixels; nil for the avatar's own.
    var width: Int?
    var poses = Poses.avatarsOwn
    var poseLoop = PoseLoop.pingPong
    var background = Background.avatarsOwn
    var headOnly = false
    /// Whether there is audio to hear, and, without features, to move the lips.
    var hasAudio = false
    /// Whether features move the lips.
    var hasFeatures = false
    /// Words that are read aloud, which is then the audio; nil in requests without, and in those of old.
    var text: String?
    /// Who reads the text; nil for the default voice.
    var voice: Voice?
    /// Whether there is something to hear.
    var hasSound: Bool { hasAudio || text != nil }
    var webhook: String?
    /// The client's own, returned as it came.
    var metadata: [String: String] = [:]

    enum Format: String, Codable, CaseIterable, Sendable {
        case mp4, webm

        var mediaType: String { "video/\(rawValue)" }
    }

    enum Poses: Codable, Hashable, Sendable {
        case avatarsOwn
        /// One of the avatar's tracks.
        case track(String)
        /// The blob `poses`.
        case uploaded
    }

    enum Background: Codable, Hashable, Sendable {
        case avatarsOwn
        /// `#rgb` or `#rrggbb`.
        case color(String)
        case transparent
        /// The blob `background`.
        case uploaded
    }

    /// Names of a job's files.
    enum Blob {
        /// What the client sent.
        static let audio = "audio"
        static let features = "features.npy"
        static let poses = "poses.json"
        static let background = "background"
    }

    /// The limits of `width`.
    static let widths = 16...1_024
}
