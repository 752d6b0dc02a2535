import Foundation

/// What is published of an avatar beside its files: JSON.
struct AvatarDetails: Codable, Hashable, Sendable {
    /// `Avatar.fingerprint`, which whoever fetches it must find, too.
    var fingerprint: String
    /// Whether its baked file is there.
    var isBaked: Bool
    /// When it was published, in seconds since 1970.
    var time: TimeInterval

    init(fingerprint: String, isBaked: Bool, time: TimeInterval) {
        self.fingerprint = fingerprint
        self.isBaked = isBaked
        self.time = time
    }

    /// Nil for what is no avatar's.
    init?(_ details: Data) {
        guard let read = try? JSONDecoder().decode(Self.self, from: details) else { return nil }
        self = read
    }
}
