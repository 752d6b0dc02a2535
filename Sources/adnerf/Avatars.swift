import ArgumentParser

/// `adnerf avatar`: what avatars all nodes of an engine have.
struct Avatars: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "avatar",
        abstract: "Publishes avatars to an engine, where every server and worker finds them.",
        discussion: """
            Nodes fetch what is published within seconds, verify it by SHA-256, and keep it in the folder of --data. \
            An avatar of the same name in a node's own --avatars goes first. Options can also be set in the \
            environment, as ADNERF_ENGINE for --engine.
            """,
        subcommands: [AvatarPush.self, AvatarList.self, AvatarRemove.self])
}
