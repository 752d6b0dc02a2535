import Engine
import Foundation

/// One setting by name: how it is read, checked and shown.
///
/// The name is the option's on the command line (`--api-key-file`), the key's in a configuration file, and in capitals, with
/// underscores, the variable's in the environment (`ADNERF_API_KEY_FILE`).
struct Setting: Sendable {
    let name: String
    /// Sets the value from text. Returns what would have been right if the text is not.
    let read: @Sendable (_ text: String, _ settings: inout ServiceSettings) -> String?
    let show: @Sendable (ServiceSettings) -> String

    /// Environment variable.
    var variable: String { "ADNERF_" + name.uppercased().replacing("-", with: "_") }

    private init(
        _ name: String, _ read: @escaping @Sendable (String, inout ServiceSettings) -> String?,
        show: @escaping @Sendable (ServiceSettings) -> String
    ) {
        self.name = name
        self.read = read
        self.show = show
    }

    private typealias Path<Value> = WritableKeyPath<ServiceSettings, Value> & Sendable

    private static func text(_ name: String, _ path: Path<String>) -> Setting {
        Setting(name) { text, settings in
            guard !text.isEmpty else { return "some text" }
            settings[keyPath: path] = text
            return nil
        } show: {
            $0[keyPath: path]
        }
    }

    private static func text(_ name: String, _ path: Path<String?>, isSecret: Bool = false) -> Setting {
        Setting(name) { text, settings in
            settings[keyPath: path] = text.isEmpty ? nil : text
            return nil
        } show: { settings in
            settings[keyPath: path].map { isSecret ? "(hidden)" : $0 } ?? ""
        }
    }

    private static func number(_ name: String, _ path: Path<Int>, _ range: ClosedRange<Int>) -> Setting {
        Setting(name) { text, settings in
            guard let value = Int(text), range.contains(value) else {
                return "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            settings[keyPath: path] = value
            return nil
        } show: {
            String($0[keyPath: path])
        }
    }

    private static func decimal(_ name: String, _ path: Path<Double>, _ range: ClosedRange<Double>) -> Setting {
        Setting(name) { text, settings in
            guard let value = Double(text), range.contains(value) else {
                return "a number from \(range.lowerBound) to \(range.upperBound)"
            }
            settings[keyPath: path] = value
            return nil
        } show: {
            "\($0[keyPath: path])"
        }
    }

    private static func flag(_ name: String, _ path: Path<Bool>) -> Setting {
        Setting(name) { text, settings in
            switch text.lowercased() {
            case "true", "yes", "1": settings[keyPath: path] = true
            case "false", "no", "0": settings[keyPath: path] = false
            default: return "true or false"
            }
            return nil
        } show: {
            String($0[keyPath: path])
        }
    }

    private static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ path: Path<Value>
    ) -> Setting where Value.RawValue == String {
        let expected = Value.allCases.map(\.rawValue).joined(separator: " or ")
        return Setting(name) { text, settings in
            guard let value = Value(rawValue: text) else { return expected }
            settings[keyPath: path] = value
            return nil
        } show: {
            $0[keyPath: path].rawValue
        }
    }

    private static func list(_ name: String, _ path: Path<[String]>) -> Setting {
        Setting(name) { text, settings in
            settings[keyPath: path] = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return nil
        } show: {
            $0[keyPath: path].joined(separator: ",")
        }
    }

    /// A list of addresses, in which names and passwords are hidden when it is shown.
    private static func addresses(_ name: String, _ path: Path<[String]>) -> Setting {
        let plain = list(name, path)
        return Setting(name, plain.read) { settings in
            settings[keyPath: path].map { $0.replacing(/:\/\/.*@/, with: "://(hidden)@") }.joined(separator: ",")
        }
    }

    /// Every setting there is.
    static let all: [Setting] = [
        text("avatars", \.avatars),
        text("data", \.data),
        text("host", \.host),
        number("port", \.port, 0...65_535),
        addresses("engine", \.engine),
        text("engine-name", \.engineName),
        text("engine-credentials", \.engineCredentials),
        text("engine-ca", \.engineAuthorities),
        text("engine-cert", \.engineCertificate),
        text("engine-key", \.engineKey),
        number("engine-replicas", \.engineReplicas, 1...5),
        number("engine-segment-bytes", \.engineSegmentBytes, 0...1 << 60),
        number("engine-blob-bytes", \.engineBlobBytes, 0...1 << 60),
        number("engine-cache-bytes", \.engineCacheBytes, 0...1 << 60),
        number("lease", \.lease, 2...3_600),
        text("node", \.node),
        number("workers", \.workers, 0...256),
        number("threads", \.threads, 1...1_024),
        text("deepspeech", \.deepspeech),
        text("api-key-file", \.apiKeyFile),
        text("tls-cert", \.tlsCertificate),
        text("tls-key", \.tlsKey),
        flag("allow-plaintext", \.allowPlaintext),
        list("cors-origin", \.corsOrigins),
        number("max-upload", \.maximumUpload, 1...1 << 40),
        number("max-duration", \.maximumDuration, 1...5_400),
        number("max-jobs", \.maximumJobs, 1...1_000_000),
        number("max-jobs-per-key", \.maximumJobsPerKey, 1...1_000_000),
        number("retention", \.retention, 1...1 << 31),
        number("quota", \.quota, 1_000_000...1 << 60),
        number("reserve", \.reserve, 0...1 << 60),
        number("max-connections", \.maximumConnections, 1...1_000_000),
        number("max-connections-per-address", \.maximumConnectionsPerAddress, 1...1_000_000),
        number("drain", \.drain, 0...86_400),
        flag("allow-private-webhooks", \.allowPrivateWebhooks),
        text("webhook-secret", \.webhookSecret, isSecret: true),
        text("log-level", \.logLevel),
        choice("log-format", \.logFormat),
        choice("precision", \.precision),
        choice("bake", \.bake),
        decimal("realtime-floor", \.realtimeFloor, 0...100),
    ]
}
