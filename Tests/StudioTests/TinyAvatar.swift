import Engine
import Foundation
import Media

@testable import Studio

/// The fixture of 24 x 24 pixels and twelve frames of speech.
enum TinyAvatar {
    static func load() throws -> (avatar: Avatar, performance: Performance, features: SpeechFeatures) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/avatars/tiny")
            .standardizedFileURL.path
        let avatar = try AvatarFolder.load(path: folder, decodeImage: PictureFile.read)
        let features = try SpeechFeatures.read(path: "\(folder)/aud.npy")
        let performance = try Performance(
            avatar: avatar, features: features, track: avatar.defaultTrack, loop: .pingPong)
        return (avatar, performance, features)
    }
}
