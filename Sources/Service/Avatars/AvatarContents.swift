import Engine
import Foundation
import Media
import Studio

/// The files that an avatar consists of, among all that its folder may hold: training leaves thousands of pictures there.
struct AvatarContents {
    let avatar: Avatar
    /// Paths on this machine by paths in the avatar's folder.
    let files: [String: String]
    /// Whether its baked file is among them.
    let isBaked: Bool
    /// Why not, where there is one that is no good.
    let bakeProblem: EngineError?

    /// - Parameters:
    ///   - folder: the avatar's.
    ///   - shelves: folders where its baked file is looked for after its own.
    /// - Throws: what is wrong with the avatar.
    init(of folder: String, shelves: [String?]) throws(EngineError) {
        let avatar = try AvatarFolder.load(path: folder, decodeImage: PictureFile.read)
        let facts = AvatarFolder.examine(path: folder, decodeImage: PictureFile.read)
        let parts = [facts.configurationFile, facts.head?.file, facts.body?.file, facts.backgroundFile]
        var paths = parts.compactMap { $0?.path }
        paths += facts.tracks.map { "\($0.name).json" }
        paths += facts.features.map(\.file.path)
        var files: [String: String] = [:]
        for path in paths { files[path] = "\(folder)/\(path)" }

        let own = BakedAvatar.paths(of: avatar, folder: nil)[0]
        let places = [own] + shelves.map { BakedAvatar.paths(of: avatar, folder: $0)[1] }
        do throws(EngineError) {
            let found = try BakeShelf(avatar, paths: places).open()
            if let found { files[String(own.dropFirst(folder.count + 1))] = found.path }
            isBaked = found != nil
            bakeProblem = nil
        } catch {
            isBaked = false
            bakeProblem = error
        }
        self.avatar = avatar
        self.files = files
    }
}
