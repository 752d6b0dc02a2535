#if NATS

import Foundation
import Testing

@testable import Jobs
@testable import NATSJobs

/// Engines that cannot be used, or not now, or not any more.
@Suite(.enabled(if: TestNATSServer.isInstalled)) struct NATSFaultTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func open(
        _ addresses: [String], folder: String = "data", _ change: (inout NATSSettings) -> Void = { _ in }
    ) async throws -> JobBackend {
        var nats = NATSSettings(servers: addresses)
        nats.patience = 2
        change(&nats)
        return try await .nats(
            nats, folder: scratch.folder(folder), settings: Studio.settings, logger: Studio.logger)
    }

    /// The error with which an engine is refused.
    func refusal(
        _ addresses: [String], _ change: (inout NATSSettings) -> Void = { _ in }
    ) async -> JobsError? {
        do {
            await (try open(addresses, change)).close()
            return nil
        } catch {
            return error as? JobsError
        }
    }

    @Test func whatIsWrongAtTheStartIsSaidInALineWithARemedy() async throws {
        let silent = await refusal(["nats://127.0.0.1:1"])
        #expect(silent?.code == .unavailable && silent?.description.contains("check the addresses") == true)

        let plain = try TestNATSServer(hasJetStream: false)
        let off = await refusal([plain.address])
        #expect(off?.code == .unsuitable && off?.description.contains("-js") == true)

        let narrow = try TestNATSServer(configuration: "max_payload: 65536\n")
        let small = await refusal([narrow.address])
        #expect(small?.code == .unsuitable && small?.description.contains("max_payload") == true)
        #expect(small?.description.contains("65536 bytes") == true)

        let few = await refusal([try TestNATSServer.shared.get().address]) {
            $0.name = TestEngine.newName()
            $0.replicas = 3
        }
        #expect(few?.code == .unsuitable && few?.description.contains("3 replicas") == true)

        #expect(await refusal([])?.code == .invalid)
        #expect(await refusal(["nats://127.0.0.1:1"]) { $0.credentials = "/missing.creds" } != nil)
        #expect(await refusal(["nats://127.0.0.1:1"]) { $0.name = "a.b" }?.code == .invalid)
        #expect(
            await refusal(["nats://127.0.0.1:1"]) { $0.tls = .init(authorities: "/missing.pem") }?.code == .invalid)
    }

    @Test func aUserIsKnownByItsCredentials() async throws {
        let fixtures = URL(fileURLWithPath: #filePath).appending(path: "../../../Fixtures/nats").standardized.path
        let configuration = try String(contentsOfFile: "\(fixtures)/operator.conf", encoding: .utf8)
        let server = try TestNATSServer(configuration: configuration)
        await (try open([server.address]) { $0.credentials = "\(fixtures)/user.creds" }).close()
        #expect(await refusal([server.address])?.code == .notPermitted)
        let stranger = await refusal([server.address]) { $0.credentials = "\(fixtures)/stranger.creds" }
        #expect(stranger?.code == .notPermitted && stranger?.description.contains("credentials") == true)
    }

    @Test func bothSidesShowTheirCertificates() async throws {
        let folder = scratch.folder("certificates")
        try Self.makeCertificates(in: folder)
        let server = try TestNATSServer(
            configuration: """
                tls {
                  cert_file: "\(folder)/server.pem"
                  key_file: "\(folder)/server.key"
                  ca_file: "\(folder)/authority.pem"
                  verify: true
                }

                """)
        let address = server.address.replacing("nats://", with: "tls://")
        typealias TLS = NATSSettings.TLS
        let ours = TLS(
            authorities: "\(folder)/authority.pem", certificate: "\(folder)/client.pem", key: "\(folder)/client.key")
        await (try open([address]) { $0.tls = ours }).close()
        for (wrong, code) in [
            (TLS(authorities: ours.authorities), JobsError.Code.unavailable),
            (TLS(authorities: "\(folder)/other.pem", certificate: ours.certificate, key: ours.key), .notPermitted),
            (TLS(authorities: ours.authorities, certificate: ours.certificate), .invalid),
        ] {
            let error = await refusal([address]) { $0.tls = wrong }
            #expect(error?.code == code, "\(error.map { "\($0)" } ?? "let in")")
        }
    }

    /// An authority with a server's and a client's certificates, and another authority.
    private static func makeCertificates(in folder: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-ec",
            """
            mkdir "$1"; cd "$1"; exec 2>/dev/null
            for name in authority other; do
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.pem \
                    -subj /CN=$name -days 2
            done
            printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\n' >names
            for name in server client; do
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr \
                    -subj /CN=127.0.0.1
                openssl x509 -req -in $name.csr -CA authority.pem -CAkey authority.key -CAcreateserial -out $name.pem \
                    -days 2 -extfile names
            done
            """, "sh", folder,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func whoMayNotIsTold() async throws {
        let server = try TestNATSServer(
            configuration: """
                authorization {
                  users = [
                    { user: good, password: secret }
                    { user: bad, password: secret, permissions: { publish: ["$JS.API.INFO"], subscribe: ["_INBOX.>"] } }
                  ]
                }

                """)
        func address(_ user: String) -> String {
            server.address.replacing("nats://", with: "nats://\(user)@")
        }
        #expect(await refusal([server.address])?.code == .notPermitted)
        #expect(await refusal([address("good:wrong")])?.code == .notPermitted)
        #expect(await refusal([address("good:wrong")])?.description.contains("wrong") == false)
        let bad = await refusal([address("bad:secret")])
        #expect(bad?.code == .notPermitted && bad?.description.contains("$JS.API") == true)
        #expect(await refusal([address("good:secret")]) == nil)
    }

    @Test func aFolderServesOneProgram() async throws {
        let address = try TestNATSServer.shared.get().address
        let name = TestEngine.newName()
        let first = try await open([address]) { $0.name = name }
        await #expect { try await open([address]) { $0.name = name } } throws: {
            ($0 as? JobsError)?.code == .folderInUse
        }
        await first.close()
        await (try open([address]) { $0.name = name }).close()
    }

    @Test func aFullEngineSaysSoAndGoesOnWhenThereIsRoom() async throws {
        let address = try TestNATSServer.shared.get().address
        let backend = try await open([address]) {
            $0.name = TestEngine.newName()
            $0.segmentBytes = 200_000
            $0.blobBytes = 700_000
        }
        let ids = JobIDGenerator(now: { Date() })
        let (id, other) = (ids.next(), ids.next())
        let text = String(repeating: "x", count: 90_000)
        #expect(try await backend.segments.commit(id, 0, file: try scratch.file(text)))
        #expect(try await backend.segments.commit(id, 1, file: try scratch.file(text)))
        let third = try scratch.file(text)
        await #expect { try await backend.segments.commit(other, 0, file: third) } throws: {
            ($0 as? JobsError)?.code == .noSpace
        }
        // Nothing is lost, and a repetition is still known as one.
        #expect(Files.exists(third))
        #expect(try await !backend.segments.commit(id, 0, file: try scratch.file("again")))
        #expect(try await backend.segments.committed(id) == [0, 1])
        #expect(try await backend.disk().free < 30_000)
        try await backend.segments.delete(id)
        #expect(try await backend.segments.commit(other, 0, file: third))

        // A file that does not fit leaves no pieces behind.
        let large = try scratch.file(String(repeating: "y", count: 1_000_000))
        await #expect { try await backend.blobs.put(id, "audio", file: large) } throws: {
            ($0 as? JobsError)?.code == .noSpace
        }
        #expect(try await backend.blobs.put(id, "audio", file: try scratch.file(text)) == 90_000)
        await backend.close()
    }

    @Test func filesLargerThanAMessageComeBackWhole() async throws {
        let address = try TestNATSServer.shared.get().address
        let name = TestEngine.newName()
        let writer = try await open([address], folder: "writer") { $0.name = name }
        let reader = try await open([address], folder: "reader") { $0.name = name }
        let id = JobIDGenerator(now: { Date() }).next()
        var generator = SeededGenerator(seed: 7)
        for size in [0, 1, PieceStore.pieceSize, PieceStore.pieceSize + 1, 3_000_000] {
            let content = String((0..<size).map { _ in Character(UnicodeScalar(UInt8(97 + generator.next() % 26))) })
            #expect(try await writer.blobs.put(id, "blob", file: try scratch.file(content)) == size)
            #expect(try text(try await reader.blobs.path(id, "blob")) == content)
            #expect(try await writer.segments.commit(id, size, file: try scratch.file(content)))
            #expect(try await !reader.segments.commit(id, size, file: try scratch.file(content + "!")))
            #expect(try text(try await reader.segments.path(id, size)) == content)
        }
        try await reader.segments.delete(id)
        try await reader.blobs.delete(id)
        #expect(try await writer.disk().used == 0)
        await writer.close()
        await reader.close()
    }

    @Test func theConnectionComesBackWithTheServer() async throws {
        let store = scratch.folder("store")
        var server: TestNATSServer? = try TestNATSServer(["-sd", store])
        let address = server!.address
        let port = try #require(Int(address.split(separator: ":").last!))
        let (one, two) = (
            try await open([address], folder: "one") { $0.patience = 20 },
            try await open([address], folder: "two") { $0.patience = 20 }
        )
        let ids = JobIDGenerator(now: { Date() })
        func job() -> Job { Job(id: ids.next(), owner: "me", request: Data(), createdAt: Date(), retention: 1) }
        _ = try await one.store.create(job(), idempotency: nil, limits: QueueLimits())
        server!.kill()
        server = nil
        async let created = one.store.create(job(), idempotency: nil, limits: QueueLimits())
        try await Task.sleep(for: .milliseconds(300))
        server = try TestNATSServer(["-sd", store], port: port)
        _ = try await created
        // The other node has missed nothing.
        while try await two.store.unfinished().count < 2 { try await Task.sleep(for: .milliseconds(10)) }
        await one.close()
        await two.close()
        withExtendedLifetime(server) {}
    }
}

#endif
