import Foundation
import Jobs

/// An avatar as it is published, as `adnerf avatar list --json` shows it.
public struct PublishedAvatar: Codable, Hashable, Sendable {
    public struct File: Codable, Hashable, Sendable {
        /// In the avatar's folder.
        public var path: String
        public var bytes: Int
        /// SHA-256.
        public var digest: String
    }

    public var name: String
    /// SHA-256 of the files as `sha256sum` lists them in the order of their paths.
    public var digest: String
    /// Of all files.
    public var bytes: Int
    public var files: [File]
    /// Nil, as the next two, for a folder that is none of an avatar.
    public var fingerprint: String?
    /// Whether its baked file is there.
    public var baked: Bool?
    public var published: Date?

    init(_ folder: PublishedFolder) {
        name = folder.name
        digest = folder.digest
        bytes = folder.bytes
        files = folder.files.map { File(path: $0.path, bytes: $0.bytes, digest: $0.digest) }
        let details = AvatarDetails(folder.details)
        fingerprint = details?.fingerprint
        baked = details?.isBaked
        published = details.map { Date(timeIntervalSince1970: $0.time) }
    }
}
