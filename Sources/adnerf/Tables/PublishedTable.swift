import Foundation
import Service

/// Published avatars, a line each: name, megabytes, whether it is baked, when it was published, digest.
struct PublishedTable {
    let lines: [String]

    init(_ avatars: [PublishedAvatar]) {
        let width = avatars.map(\.name.count).max() ?? 0
        lines = avatars.map { avatar in
            let name = avatar.name + String(repeating: " ", count: width - avatar.name.count)
            let size = String(format: "%9.1f MB", Double(avatar.bytes) / 1e6)
            let baked = avatar.baked.map { $0 ? "baked    " : "not baked" } ?? "no avatar"
            let time = avatar.published.map { $0.formatted(.iso8601) } ?? String(repeating: " ", count: 20)
            return "\(name)  \(size)  \(baked)  \(time)  \(avatar.digest)"
        }
    }
}
