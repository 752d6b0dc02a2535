import ArgumentParser
import Foundation
import Service

/// `adnerf avatar list`: what is published.
struct AvatarList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Prints what avatars are published.")

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let avatars = try await engine.withPublisher { publisher in try await publisher.list() }
        guard json else { return PublishedTable(avatars).lines.forEach { print($0) } }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(avatars), as: UTF8.self))
    }
}
