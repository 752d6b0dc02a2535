import Foundation
import HTTPTypes
import Testing

@testable import Service

/// What the server does not take, because it has enough.
@Suite struct LimitTests {
    private func form() throws -> FormBody { ["features": .file(try Fixture.features(2))] }

    @Test func aFullQueueIsTold() async throws {
        try await TestService.runIdle(settings: { $0.maximumJobs = 2 }) { service in
            let paths = [try await service.submit(), try await service.submit()]
            try await service.create(form()).expectProblem(429, "queue-full", "2 unfinished jobs")
            try await service.create(form(), [.accept: "video/mp4"]).expectProblem(429, "queue-full")
            _ = try await service.post("\(paths[0])/cancel")
            _ = try await service.submit()
        }
    }

    @Test func keysHaveLimitsOfTheirOwn() async throws {
        var options = TestService.Options()
        options.keys = ["small:secret-s::1", "large:secret-l"]
        try await TestService.runIdle(options, settings: { $0.maximumJobsPerKey = 2 }) { service in
            let small: HTTPFields = [.authorization: "Bearer secret-s"]
            let large: HTTPFields = [.authorization: "Bearer secret-l"]
            let path = try await service.submit(form(), small)
            try await service.create(form(), small).expectProblem(429, "queue-full", "1 jobs of this key")
            for _ in 0..<2 { _ = try await service.submit(form(), large) }
            try await service.create(form(), large).expectProblem(429, "queue-full")
            #expect(try await service.delete(path, small).status == 204)
            _ = try await service.submit(form(), small)
        }
    }

    @Test func fastRequestsAreTold() async throws {
        var options = TestService.Options()
        options.keys = ["slow:secret-s:2"]
        try await TestService.runIdle(options) { service in
            let key: HTTPFields = [.authorization: "Bearer secret-s"]
            var answers: [Answer] = []
            for _ in 0..<8 { answers.append(try await service.get("/v1/videos", key)) }
            #expect(answers[0].status == 200)
            answers[7].expectProblem(429, "rate-limit", "wait")
            #expect(try await service.get("/healthz", key).status == 200)
        }
    }

    /// A full disk takes nothing new and loses nothing that is finished.
    @Test func aFullDiskIsTold() async throws {
        try await TestService.run(settings: { $0.quota = 9_000 }) { service in
            let path = try await service.submit()
            #expect(try await service.ended(path)["status"].string == "completed")
            try await service.create(form()).expectProblem(507, "insufficient-storage", "9000 bytes", "delete jobs")
            try await service.create(form(), [.accept: "video/mp4"]).expectProblem(507, "insufficient-storage")
            #expect(try await Movie(service.get("\(path)/content").bytes).frames == 2)
            #expect(try await service.delete(path).status == 204)
            _ = try await service.submit()
        }
        try await TestService.runIdle(settings: { $0.reserve = .max }) { service in
            try await service.create(form()).expectProblem(507, "insufficient-storage", "bytes left")
        }
    }

    @Test func aServerThatStopsTakesNothing() async throws {
        try await TestService.runIdle { service in
            let path = try await service.submit()
            service.parts.readiness.become(.draining)
            try await service.create(form()).expectProblem(503, "draining", "about to stop")
            #expect(try await service.get(path).status == 200)
        }
    }
}
