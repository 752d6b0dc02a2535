import Engine
import Foundation
import Studio
import Testing

@testable import Service

@Suite struct SettingsTests {
    private func read(
        _ options: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) throws -> ServiceSettings {
        try SettingsReader.read(
            options: ["avatars": "avatars"].merging(options) { $1 }, environment: environment, file: file)
    }

    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "settings-\(UUID().uuidString).json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func withoutAvatarsThereIsNothingToServe() throws {
        let error = try #require(throws: EngineError.self) {
            try SettingsReader.read(
                options: [:], environment: [:], shipped: ShippedFiles(executable: "/nowhere/bin/adnerf"))
        }
        #expect(error.subject == "--avatars")
    }

    @Test func commandLineGoesBeforeEnvironmentBeforeFile() throws {
        try withFile(#"{"port": 1, "workers": 3, "drain": 4, "cors-origin": ["https://a", "https://b"]}"#) { file in
            let settings = try read(
                ["port": "3"], environment: ["ADNERF_PORT": "2", "ADNERF_WORKERS": "5"], file: file)
            #expect(settings.port == 3)
            #expect(settings.workers == 5)
            #expect(settings.drain == 4)
            #expect(settings.corsOrigins == ["https://a", "https://b"])
        }
    }

    @Test func environmentNamesTheFile() throws {
        try withFile(#"{"allow-plaintext": true, "host": "0.0.0.0"}"#) { file in
            let settings = try read(environment: ["ADNERF_CONFIG": file])
            #expect(settings.allowPlaintext)
            #expect(settings.host == "0.0.0.0")
        }
    }

    /// Every setting can be read back from what is printed of it.
    @Test(arguments: Setting.all.map(\.name))
    func printedValuesAreRead(name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        let settings = ServiceSettings()
        let text = setting.show(settings)
        var changed = settings
        if !text.isEmpty { #expect(setting.read(text, &changed) == nil) }
        #expect(changed == settings)
        #expect(setting.variable == "ADNERF_" + name.uppercased().replacing("-", with: "_"))
    }

    @Test(arguments: [
        ("port", "65536"), ("port", "x"), ("workers", "0"), ("allow-plaintext", "perhaps"), ("log-format", "xml"),
        ("log-level", "loud"), ("quota", "-1"), ("avatars", ""),
    ])
    func wrongValuesAreRefused(name: String, value: String) {
        let error = #expect(throws: EngineError.self) { try read([name: value]) }
        #expect(error?.subject == "--\(name)")
    }

    @Test func anEngineIsSharedByServersAndWorkers() throws {
        let server = try read(["engine": "nats://me:secret@a:4222, tls://b:4222", "workers": "0"])
        #expect(server.engine == ["nats://me:secret@a:4222", "tls://b:4222"])
        #expect(server.port == 8080)
        #expect(server.table.contains("nats://(hidden)@a:4222,tls://b:4222"))
        let worker = try SettingsReader.read(
            options: ["avatars": "avatars"], environment: ["ADNERF_ENGINE": "nats://a"], role: .worker)
        #expect(worker.port == 0 && worker.role == .worker && worker.engine == ["nats://a"])
        for (options, role, subject) in [
            (["engine": ""], ServiceRole.worker, "--engine"), (["engine": "http://a"], .server, "--engine"),
            (["engine": "nats://a", "workers": "0"], .worker, "--workers"),
            (["engine": "nats://a", "engine-cert": "a.pem"], .server, "--engine-key"),
        ] {
            let error = #expect(throws: EngineError.self) {
                try SettingsReader.read(
                    options: options.merging(["avatars": "avatars"]) { $1 }, environment: [:], role: role)
            }
            #expect(error?.subject == subject)
            #expect(error?.description.contains("secret") != true)
        }
    }

    @Test func plaintextStaysOnLoopback() throws {
        #expect(throws: EngineError.self) { try read(["host": "0.0.0.0"]) }
        #expect(throws: EngineError.self) { try read(["tls-cert": "a.pem"]) }
        #expect(try read(["host": "0.0.0.0", "allow-plaintext": "true"]).host == "0.0.0.0")
        #expect(try read(["host": "0.0.0.0", "tls-cert": "a", "tls-key": "b"]).tlsKey == "b")
        #expect(try read(["host": "::1"]).host == "::1")
    }

    @Test func unknownNamesInTheFileAreRefused() throws {
        try withFile(#"{"prot": 1}"#) { file in
            let error = #expect(throws: EngineError.self) { try read(file: file) }
            #expect(error?.found.contains("'prot'") == true)
        }
        _ = try withFile("[]") { file in
            #expect(throws: EngineError.self) { try read(file: file) }
        }
        #expect(throws: EngineError.self) { try read(file: "/nowhere.json") }
    }

    @Test func realTimeCanBeSet() throws {
        let usual = try read()
        #expect(usual.bake == .auto && usual.realtimeFloor == 40)
        let settings = try read(["bake": "on-demand"], environment: ["ADNERF_REALTIME_FLOOR": "38.5"])
        #expect(settings.bake == .onDemand && settings.realtimeFloor == 38.5)
        try withFile(#"{"bake": "off", "realtime-floor": 36}"#) { file in
            let settings = try read(file: file)
            #expect(settings.bake == .off && settings.realtimeFloor == 36)
        }
        for (name, value, expected) in [
            ("bake", "never", "auto or on-demand or off"), ("realtime-floor", "101", "from 0.0 to 100.0"),
            ("realtime-floor", "nan", "from 0.0 to 100.0"), ("realtime-floor", "-1", "from 0.0 to 100.0"),
        ] {
            let error = #expect(throws: EngineError.self) { try read([name: value]) }
            #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
        }
    }

    @Test func secretsAreNotPrinted() throws {
        let settings = try read(["webhook-secret": "whsec_c2VjcmV0"])
        #expect(settings.webhookSecret == "whsec_c2VjcmV0")
        #expect(!settings.table.contains("c2VjcmV0"))
        #expect(settings.table.contains("port"))
    }
}
