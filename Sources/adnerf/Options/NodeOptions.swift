import ArgumentParser
import Foundation
import Service

/// What `serve` and `worker` have in common.
struct NodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where jobs are kept for many machines: nats://HOST:4222 or tls://HOST:4222, several separated by commas. By default the folder of --data.",
            valueName: "address"))
    var engine: String?

    @Option(
        help: ArgumentHelp(
            "The folder whose folders are the avatars, named like them. By default the demo avatar's.",
            valueName: "folder"))
    var avatars: String?

    @Option(help: ArgumentHelp("Where jobs and their videos are kept. By default adnerf-data.", valueName: "folder"))
    var data: String?

    @Option(help: "The address to listen on. By default 127.0.0.1.")
    var host: String?

    @Option(help: "The port to listen on; 0 takes a free one. By default 8080, and 0 for a worker.")
    var port: String?

    @Option(help: ArgumentHelp("Pieces of work done at a time. By default 2.", valueName: "count"))
    var workers: String?

    @Option(help: ArgumentHelp("Threads of each worker. By default the cores' share.", valueName: "count"))
    var threads: String?

    @Option(
        help: ArgumentHelp(
            "A DeepSpeech 0.1.0 frozen graph. By default the only .pb file among the avatars, or the shipped model; without one, jobs need features.",
            valueName: "graph.pb"))
    var deepspeech: String?

    @Option(
        help: ArgumentHelp(
            "When avatars are baked for real time: auto, on-demand or off. By default auto, while nothing is rendered.",
            valueName: "when"))
    var bake: String?

    @Option(
        help: ArgumentHelp(
            "What real time must be worth, PSNR over the frame; below it jobs are exact. By default 40.",
            valueName: "dB"))
    var realtimeFloor: String?

    @Option(help: ArgumentHelp("A certificate with its chain (PEM), for HTTPS.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The certificate's key (PEM).", valueName: "file"))
    var tlsKey: String?

    @Flag(help: "Listen without TLS where others can connect, as behind a proxy.")
    var allowPlaintext = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any other setting, as --print-config names them.", valueName: "name=value"))
    var others: [String] = []

    @Option(help: ArgumentHelp("A JSON object of settings.", valueName: "file"))
    var config: String?

    @Flag(help: "Print the settings in force and end.")
    var printConfig = false

    func validate() throws {
        for other in others where !other.contains("=") {
            throw ValidationError("--set \(other) is not NAME=VALUE")
        }
    }

    /// Runs the service until it is told to stop.
    ///
    /// - Parameter more: options by setting name, beside these.
    func run(as role: ServiceRole, _ more: [String: String] = [:]) async throws {
        let settings = try SettingsReader.read(
            options: options.merging(more) { $1 }, environment: ProcessInfo.processInfo.environment, file: config,
            role: role)
        if printConfig { return print(settings.table) }
        let service = RenderingService(settings: settings) { line in
            // At once, also where standard output is a pipe.
            try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
        }
        try await service.run()
    }

    private var options: [String: String] {
        var options = [
            "engine": engine, "avatars": avatars, "data": data, "host": host, "port": port, "workers": workers,
            "threads": threads, "deepspeech": deepspeech, "bake": bake, "realtime-floor": realtimeFloor,
            "tls-cert": tlsCert, "tls-key": tlsKey,
        ].compactMapValues { $0 }
        if allowPlaintext { options["allow-plaintext"] = "true" }
        for other in others {
            let parts = other.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[String(parts[0])] = String(parts[1])
        }
        return options
    }
}
