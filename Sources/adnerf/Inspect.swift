import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf inspect`: what an avatar's folder holds, what its baked file is worth, and what is wrong with it.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what an avatar's folder holds, what its baked file is worth, and what is wrong with it.",
        discussion: "The exit status is 1 if anything is wrong.")

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Option(help: ArgumentHelp("The data folder of a server that may have baked it.", valueName: "folder"))
    var data: String?

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() throws {
        let facts = AvatarFolder.examine(path: avatar, decodeImage: PictureFile.read)
        let bake = facts.problems.isEmpty ? try baked() : nil
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(InspectedAvatar(facts: facts, bake: bake)), as: UTF8.self))
        } else {
            print(FactsTable(facts, bake: bake).text)
        }
        guard let first = facts.problems.first else { return }
        let others = facts.problems.count - 1
        Terminal.complain(others == 0 ? first : "\(first) (and \(others) more)")
        throw ExitCode(1)
    }
    /// The baked file, where there is one that is any good: one that is not will be made anew, and is no fault of the avatar's.
    private func baked() throws -> BakedFileFacts? {
        let avatar = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        do throws(EngineError) {
            let found = try BakeShelf(avatar, folder: data.map(ServiceFolders.avatars)).open()
            return found.map { BakedFileFacts(path: $0.path, $0.baked) }
        } catch {
            Terminal.note("\(error)")
            return nil
        }
    }
}
