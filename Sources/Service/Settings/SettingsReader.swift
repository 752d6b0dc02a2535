import Configuration
import Engine
import Foundation
import Logging
import Studio

/// Puts the settings together: the command line before the environment (`ADNERF_*`) before a JSON file before the defaults.
public enum SettingsReader {
    /// - Parameters:
    ///   - options: what the command line says, by setting name.
    ///   - environment: the process's variables.
    ///   - file: a JSON object of settings by name; `ADNERF_CONFIG` where it is nil.
    ///   - role: what the program is to do.
    ///   - shipped: whose demo avatar is served where no avatars are named.
    /// - Throws: `.invalidValue` for a setting that is out of range or unknown, `.unreadable` or `.malformed` for the file.
    public static func read(
        options: [String: String], environment: [String: String], file: String? = nil,
        role: ServiceRole = .server, shipped: ShippedFiles = ShippedFiles()
    ) throws -> ServiceSettings {
        for name in options.keys.sorted() { try requireKnown(name, in: "--set") }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "command line",
                values: [AbsoluteConfigKey: ConfigValue](
                    uniqueKeysWithValues: options.map { name, value in
                        (AbsoluteConfigKey([name]), ConfigValue(.string(value), isSecret: false))
                    })),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "adnerf"),
        ]
        if let file = file ?? environment["ADNERF_CONFIG"] {
            providers.append(try provider(file: file))
        }
        let config = ConfigReader(providers: providers)
        var settings = ServiceSettings()
        settings.role = role
        // Several workers on a machine are no trouble to each other; what asks them about their health is told the port.
        if role == .worker { settings.port = 0 }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        settings.workers = max(1, min(2, cores))
        var threadsAreSet = false
        for setting in Setting.all {
            guard let text = config.string(forKey: ConfigKey([setting.name])) else { continue }
            if setting.name == "threads" { threadsAreSet = true }
            if let expected = setting.read(text, &settings) {
                throw EngineError(
                    .invalidValue, "--\(setting.name)", found: "'\(text)'", expected: expected,
                    remedy: "correct the option, \(setting.variable) or the configuration file")
            }
        }
        if !threadsAreSet { settings.threads = max(1, cores / max(1, settings.workers)) }
        if config.string(forKey: "avatars") == nil { settings.avatars = shipped.avatars ?? "" }
        try check(&settings)
        return settings
    }

    private static func checkEngine(_ settings: ServiceSettings) throws {
        if settings.engine.isEmpty {
            guard settings.role == .server else {
                throw EngineError(
                    .invalidValue, "--engine", found: "nothing", expected: "where the jobs are",
                    remedy: "pass --engine nats://HOST:4222, as to the servers")
            }
            guard settings.workers > 0 else {
                throw EngineError(
                    .invalidValue, "--workers", found: "'0'", expected: "at least 1 without others to render",
                    remedy: "pass --engine nats://HOST:4222 and start 'adnerf worker' there")
            }
        }
        guard settings.role != .worker || settings.workers > 0 else {
            throw EngineError(.invalidValue, "--workers", found: "'0'", expected: "at least 1 of a worker")
        }
        for address in settings.engine where !["nats://", "tls://"].contains(where: address.hasPrefix) {
            // It may hold a password.
            throw EngineError(
                .invalidValue, "--engine", found: "another kind of address",
                expected: "nats://HOST:4222 or tls://HOST:4222",
                remedy: "several are separated by commas")
        }
        guard (settings.engineCertificate == nil) == (settings.engineKey == nil) else {
            throw EngineError(
                .invalidValue, settings.engineKey == nil ? "--engine-key" : "--engine-cert", found: "nothing",
                expected: "--engine-cert and --engine-key together")
        }
    }

    /// The file as a provider of text: JSON numbers and booleans may stand for themselves, and a list for its items.
    private static func provider(file: String) throws -> any ConfigProvider {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw EngineError(
                .unreadable, file, found: "no such configuration file", remedy: "correct --config or ADNERF_CONFIG")
        }
        guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
            throw EngineError(.malformed, file, found: "no JSON object", expected: #"settings such as {"port": 8080}"#)
        }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in object {
            try requireKnown(name, in: file)
            values[AbsoluteConfigKey([name])] = ConfigValue(.string(value.text), isSecret: false)
        }
        return InMemoryProvider(name: file, values: values)
    }

    private static func requireKnown(_ name: String, in place: String) throws {
        guard !Setting.all.contains(where: { $0.name == name }) else { return }
        throw EngineError(
            .invalidValue, place, found: "the unknown setting '\(name)'",
            expected: "names as 'adnerf serve --print-config' shows them", remedy: "correct or remove it")
    }

    /// What no setting can tell alone.
    private static func check(_ settings: inout ServiceSettings) throws {
        try checkEngine(settings)
        guard settings.role != .publisher else { return }
        guard !settings.avatars.isEmpty else {
            throw EngineError(
                .invalidValue, "--avatars", found: "nothing", expected: "a folder whose folders are avatars",
                remedy: "pass --avatars DIR")
        }
        guard (settings.tlsCertificate == nil) == (settings.tlsKey == nil) else {
            throw EngineError(
                .invalidValue, settings.tlsKey == nil ? "--tls-key" : "--tls-cert", found: "nothing",
                expected: "--tls-cert and --tls-key together", remedy: "pass both, or neither for plain HTTP")
        }
        guard Logger.Level(rawValue: settings.logLevel) != nil else {
            throw EngineError(
                .invalidValue, "--log-level", found: "'\(settings.logLevel)'",
                expected: Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(settings.host) || settings.host.hasPrefix("127.")
        guard isLoopback || settings.tlsCertificate != nil || settings.allowPlaintext else {
            throw EngineError(
                .invalidValue, "--host", found: "\(settings.host) without TLS, where others could listen in",
                expected: "a loopback address",
                remedy: "pass --tls-cert and --tls-key, or --allow-plaintext behind a proxy that encrypts")
        }
    }
}
