import ArgumentParser
import Engine
import Foundation
import Service
import Studio

/// `adnerf avatar push`: publishes an avatar.
struct AvatarPush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Publishes an avatar, in the place of what has its name.",
        discussion: """
            Checkpoints, configuration, pose tracks, background and features, and the baked file if there is one; not \
            what training has left there besides. The last line has the name, the digest and the size in bytes.
            """)

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Option(help: ArgumentHelp("What it is to be called. By default as its folder.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The data folder of a server that may have baked it.", valueName: "folder"))
    var data: String?

    @OptionGroup var engine: EngineOptions

    func run() async throws {
        let interruption = Interruption.watch()
        let pushed = Task { try await push() }
        let watch = Task {
            while !interruption.isRequested { try await Task.sleep(for: .milliseconds(100)) }
            pushed.cancel()
        }
        defer { watch.cancel() }
        do {
            let avatar = try await pushed.value
            print("\(avatar.name)  \(avatar.digest)  \(avatar.bytes) bytes")
        } catch is CancellationError {
            throw EngineError(
                .canceled, avatar, found: "interrupted", remedy: "what was published before is as it was")
        }
    }

    private func push() async throws -> PublishedAvatar {
        let reporter = PushReporter(
            style: Terminal.progressStyle, clock: { ProcessInfo.processInfo.systemUptime }, output: Terminal.write)
        defer { reporter.finish() }
        // The server's place before the user's.
        let shelves = (data.map { [ServiceFolders.avatars($0)] } ?? []) + [nil]
        return try await engine.withPublisher { publisher in
            try await publisher.push(
                avatar, as: name, shelves: shelves, note: Terminal.note, progress: { reporter.update($0, of: $1) })
        }
    }
}
