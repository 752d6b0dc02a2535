import ArgumentParser

/// The root command.
struct Adnerf: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adnerf",
        abstract: "Renders talking heads from AD-NeRF avatars.",
        discussion: "An avatar is a folder as the AD-NeRF release's training leaves it.",
        version: "0.1.0",
        subcommands: [
            Render.self, Say.self, Bake.self, Evaluate.self, Serve.self, RenderWorker.self, Avatars.self, Inspect.self,
            Features.self,
        ])
}
