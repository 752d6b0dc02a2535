import Engine

/// An avatar as the API shows it (`Avatar` of openapi.yaml).
struct AvatarResource: Encodable, Sendable {
    struct Track: Encodable, Sendable {
        var name: String
        var frames: Int
        var `default`: Bool
    }

    struct Camera: Encodable, Sendable {
        var focal: Float
        var center_x: Float
        var center_y: Float
    }

    struct Links: Encodable, Sendable {
        var `self`: String
        var preview: String
    }

    var name: String
    let object = "avatar"
    /// Whether it can speak.
    var ready: Bool
    /// What is wrong with it, a sentence each.
    var problems: [String]
    @Explicit var size: SizeResource? = nil
    var tracks: [Track]
    @Explicit var camera: Camera? = nil
    @Explicit var fingerprint: String? = nil
    var realtime: RealTimeResource
    var links: Links

    /// - Parameter name: the folder's.
    init(name: String, facts: AvatarFacts, realtime: RealTimeResource) {
        self.name = name
        self.realtime = realtime
        problems = facts.problems
        ready = problems.isEmpty
        tracks = facts.tracks.map { Track(name: $0.name, frames: $0.frames, default: $0.isDefault) }
        let path = "/v1/avatars/\(PathSegment.encode(name))"
        links = Links(self: path, preview: "\(path)/preview.jpg")

        size = facts.picture.map { SizeResource(width: $0.width, height: $0.height) }
        let seen = facts.tracks.first(where: \.isDefault) ?? facts.tracks.first
        camera = seen.map { Camera(focal: $0.focal, center_x: $0.centerX, center_y: $0.centerY) }
        fingerprint = facts.fingerprint
    }
}

struct AvatarListResource: Encodable, Sendable {
    let object = "list"
    var data: [AvatarResource]
}

/// A picture's size in pixels.
struct SizeResource: Codable, Hashable, Sendable {
    var width: Int
    var height: Int
}
