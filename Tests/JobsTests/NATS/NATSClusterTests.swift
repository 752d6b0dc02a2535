#if NATS

import Foundation
import Synchronization
import Testing

@testable import Jobs
@testable import NATSJobs

/// Three servers that store everything thrice, of which one after the other is killed.
@Suite(.enabled(if: TestNATSServer.isInstalled), .timeLimit(.minutes(3))) struct NATSClusterTests {
    /// Servers that can be killed and started again with what they have stored.
    final class Cluster: Sendable {
        private let scratch: Scratch
        private let ports: [Int]
        private let servers: Mutex<[TestNATSServer?]>
        let addresses: [String]

        init() throws {
            scratch = try Scratch()
            ports = try Self.freePorts(6)
            servers = Mutex([nil, nil, nil])
            addresses = ports[..<3].map { "nats://127.0.0.1:\($0)" }
            for number in 0..<3 { try start(number) }
        }

        func start(_ number: Int) throws {
            let routes = ports[3...].map { "nats://127.0.0.1:\($0)" }.joined(separator: ", ")
            let server = try TestNATSServer(
                ["-sd", scratch.folder("\(number)")],
                configuration: """
                    server_name: n\(number)
                    cluster { name: test, listen: "127.0.0.1:\(ports[3 + number])", routes: [\(routes)] }

                    """, port: ports[number])
            servers.withLock { $0[number] = server }
        }

        /// With -9, whatever it is doing.
        func kill(_ number: Int) {
            servers.withLock { servers in
                servers[number]?.kill()
                servers[number] = nil
            }
        }

        private static func freePorts(_ count: Int) throws -> [Int] {
            // All held at once, so that they differ.
            let descriptors = (0..<count).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            defer { descriptors.forEach { close($0) } }
            return try descriptors.map { descriptor in
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let found = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
                    }
                }
                guard found else { throw POSIXError(.EADDRINUSE) }
                return Int(UInt16(bigEndian: address.sin_port))
            }
        }
    }

    @Test func jobsOutliveEachServerInTurn() async throws {
        let cluster = try Cluster()
        var settings = NATSSettings(servers: cluster.addresses)
        settings.replicas = 3
        let nats = settings
        // As the service does it: hints get lost with the server that was to send them.
        var jobs = Studio.settings
        jobs.sweep = .seconds(1)
        jobs.idlePoll = .milliseconds(100)
        let engineSettings = jobs
        let scratch = try Scratch()
        func node(_ name: String) async throws -> JobEngine {
            let backend = try await JobBackend.nats(
                nats, folder: scratch.folder(name), settings: engineSettings, logger: Studio.logger)
            return try await JobEngine(backend: backend, settings: engineSettings, logger: Studio.logger)
        }
        let front = try await node("front")
        let backs = [try await node("back 0"), try await node("back 1")]
        let performer = TestPerformer { item, _ in if case .segment = item.kind { usleep(20_000) } }
        let pools = backs.map { $0.workers(1, performer: performer) }
        let work = pools.map { pool in Task { await pool.run() } }
        let maintenance = ([front] + backs).map { engine in Task { await engine.maintain() } }

        var promised: [JobID: Int] = [:]
        for number in 0..<12 {
            // Submitting, too, goes on while a server is away.
            let segments = 5 + number * 7 % 20
            let new = NewJob(
                owner: "owner \(number % 3)", request: TestPerformer.request(segments: segments),
                files: ["audio": try scratch.file("sound")])
            promised[try await front.submit(new).job.id] = segments
            if number % 4 == 1 { cluster.kill(number / 4) }
            if number % 4 == 3 {
                try await Task.sleep(for: .seconds(1))
                try cluster.start(number / 4)
                // The next one may only go when this one has caught up, or there is no majority that knows everything.
                try await Task.sleep(for: .seconds(3))
            }
        }
        for (id, segments) in promised {
            for await _ in front.changes(of: id) {}
            let job = try #require(try await front.job(id))
            #expect(job.phase == .completed, "\(String(describing: job.state.failure))")
            #expect(try text(try await front.artifact(of: job)) == TestPerformer.artifact(id, segments: segments))
            #expect(try await front.backend.segments.committed(id) == Array(0..<segments))
        }
        for pool in pools { await pool.drain(deadline: .seconds(5)) }
        for task in work { await task.value }
        for task in maintenance { task.cancel() }
        for engine in [front] + backs { await engine.close() }
    }

    /// Servers before 2.9.21 store both of two changes that expect the same and come at the same moment.
    @Test func ofChangesAtTheSameMomentOneIsStored() async throws {
        let cluster = try Cluster()
        let scratch = try Scratch()
        var backends: [JobBackend] = []
        for (number, address) in cluster.addresses.enumerated() {
            var settings = NATSSettings(servers: [address])
            settings.replicas = 3
            backends.append(
                try await .nats(
                    settings, folder: scratch.folder("\(number)"), settings: Studio.settings, logger: Studio.logger))
        }
        let id = JobIDGenerator(now: { Date() }).next()
        let new = Job(id: id, owner: "me", request: Data(), createdAt: Date(), retention: 100)
        _ = try await backends[0].store.create(new, idempotency: nil, limits: QueueLimits())
        for round in 1...60 {
            let job = try #require(try await backends[round % 3].store.job(id))
            #expect(job.revision == round)
            let winners = try await withThrowingTaskGroup(of: Bool.self) { [backends] group in
                for backend in backends {
                    group.addTask {
                        do {
                            _ = try await backend.store.update(job, delivery: nil)
                            return true
                        } catch let error as JobsError where error.code == .conflict {
                            return false
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(winners.count { $0 } == 1, "round \(round)")
        }
        for backend in backends { await backend.close() }
    }

    @Test func withoutAMajorityNothingIsLostAndWithItAllGoesOn() async throws {
        let cluster = try Cluster()
        var settings = NATSSettings(servers: cluster.addresses)
        settings.replicas = 3
        settings.patience = 3
        let scratch = try Scratch()
        let backend = try await JobBackend.nats(
            settings, folder: scratch.folder("node"), settings: Studio.settings, logger: Studio.logger)
        let id = JobIDGenerator(now: { Date() }).next()
        #expect(try await backend.segments.commit(id, 0, file: try scratch.file("zero")))
        cluster.kill(0)
        cluster.kill(1)
        let file = try scratch.file("one")
        await #expect { try await backend.segments.commit(id, 1, file: file) } throws: { error in
            guard let error = error as? JobsError else { return false }
            return error.code == .unavailable && error.retryAfter != nil
        }
        #expect(Files.exists(file))
        try cluster.start(0)
        var isCommitted: Bool?
        for _ in 0..<20 where isCommitted == nil {
            isCommitted = try? await backend.segments.commit(id, 1, file: file)
        }
        // False where the first attempt had been stored, and only its answer was lost.
        #expect(isCommitted != nil)
        #expect(try await backend.segments.committed(id) == [0, 1])
        #expect(try text(try await backend.segments.path(id, 1)) == "one")
        await backend.close()
    }
}

#endif
