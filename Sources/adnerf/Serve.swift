import ArgumentParser
import Service

/// `adnerf serve`: the HTTP service.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the avatars of a folder over HTTP: speech in, video out.",
        discussion: """
            Prints 'listening on http://HOST:PORT' when requests are answered. Every option can also be set in the \
            environment, as ADNERF_API_KEY_FILE for --api-key-file, or in a JSON file (--config). SIGTERM finishes what runs, \
            SIGHUP reads the certificate again. With --engine any number of servers and workers share the jobs; \
            --workers 0 leaves the rendering to others.
            """)

    @OptionGroup var node: NodeOptions

    @Option(
        help: ArgumentHelp(
            "Who may use the API: a line NAME:SHA256 or NAME:KEY for each. By default everybody.", valueName: "file"))
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "An origin whose pages may call the API, such as https://example.org; any number of times.",
            valueName: "origin"))
    var corsOrigin: [String] = []

    func run() async throws {
        var options: [String: String] = [:]
        options["api-key-file"] = apiKeyFile
        if !corsOrigin.isEmpty { options["cors-origin"] = corsOrigin.joined(separator: ",") }
        try await node.run(as: .server, options)
    }
}
