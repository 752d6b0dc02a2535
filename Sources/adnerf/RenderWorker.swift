import ArgumentParser
import Service

/// `adnerf worker`: renders what servers have taken in.
struct RenderWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Renders the jobs of an engine that servers share.",
        discussion: """
            Takes the jobs whose avatars it has: those of its folder, and those that were published with 'adnerf avatar push'. \
            Prints 'listening on http://HOST:PORT', where /healthz, /readyz and /metrics answer. Options can be set as \
            for 'adnerf serve'. SIGTERM finishes what runs, and at the deadline (drain) puts back what has not.
            """)

    @OptionGroup var node: NodeOptions

    func run() async throws {
        try await node.run(as: .worker)
    }
}
