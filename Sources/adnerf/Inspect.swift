import ArgumentParser
import Engine
import Foundation
import Media

/// `adnerf inspect`: what an avatar's folder holds, and what is wrong with it.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what an avatar's folder holds and what is wrong with it.",
        discussion: "The exit status is 1 if anything is wrong.")

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func run() throws {
        let facts = AvatarFolder.examine(path: avatar, decodeImage: PictureFile.read)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(facts), as: UTF8.self))
        } else {
            print(FactsTable(facts).text)
        }
        guard let first = facts.problems.first else { return }
        let others = facts.problems.count - 1
        Terminal.complain(others == 0 ? first : "\(first) (and \(others) more)")
        throw ExitCode(1)
    }
}
