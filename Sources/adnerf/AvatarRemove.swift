import ArgumentParser
import Service

/// `adnerf avatar remove`: withdraws an avatar.
struct AvatarRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Withdraws a published avatar; nodes drop it within seconds.",
        discussion: "Jobs that still need it wait until it is published again.")

    @Argument(help: "The avatar's name.")
    var name: String

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        try await engine.withPublisher { publisher in try await publisher.remove(name) }
        Terminal.say("\(name): removed")
    }
}
