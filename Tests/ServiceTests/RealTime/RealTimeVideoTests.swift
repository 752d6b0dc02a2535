import Engine
import Foundation
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(2))) struct RealTimeVideoTests {
    private func options(_ workshop: TestWorkshop, works: Bool = true) -> TestService.Options {
        var options = TestService.Options()
        options.workshop = workshop
        options.works = works
        return options
    }

    private func form(_ quality: String? = nil, frames: Int = 30) throws -> FormBody {
        let form: FormBody = ["features": .file(try Fixture.features(frames)), "size": .text("16")]
        return quality.map { form.adding("quality", .text($0)) } ?? form
    }

    @Test("Baked avatars are rendered in real time, asked for or not", arguments: [nil, "realtime"])
    func baked(quality: String?) async throws {
        let workshop = TestWorkshop()
        workshop.put("tiny")
        try await TestService.run(options(workshop)) { service in
            let job = try await service.ended(service.submit(form(quality)))
            #expect(job["status"].string == "completed", "\(job)")
            #expect(job["quality"].string == "realtime")
            #expect(job["quality_note"] == .null)
            #expect(job["fidelity"] == .null)
            #expect(job["bake"]["whole"]["mean"].number == 44.25)
            // 25 frames and 5: the renderer's count is of each segment alone.
            #expect((14...15).contains(job["frames_out_of_range"].integer ?? -1))
            #expect(job["timings"].names.isSuperset(of: ["render", "encode", "assemble", "queued"]))
            #expect(job["timings"].names.isDisjoint(with: ["learn", VideoPerformer.outOfRange]))
            let picture = try await service.get("\(job["links"]["self"].string ?? "")/frames/29.png")
            #expect(picture.status == 200)
            let metrics = try await service.get("/metrics").text
            #expect(metrics.contains("adnerf_frames_out_of_range_total \(job["frames_out_of_range"].integer ?? -1)\n"))
            #expect(metrics.contains("adnerf_avatars{realtime=\"ready\"} 1\n"))
        }
    }

    @Test func theQualityIsDecidedWhenTheJobIsPlanned() async throws {
        try await TestService.runIdle(options(TestWorkshop())) { service in
            let path = try await service.submit(form(frames: 2))
            #expect(try await service.get(path).json["quality"] == .null)
            let exact = try await service.submit(form("exact", frames: 2))
            #expect(try await service.get(exact).json["quality"].string == "exact")
        }
    }

    @Test func worthTooLittleIsRefusedByNameOnly() async throws {
        let workshop = TestWorkshop()
        workshop.put("tiny", .test(38.21))
        try await TestService.runIdle(options(workshop)) { service in
            let refusal = try await service.create(form("realtime"))
            refusal.expectProblem(422, "invalid-field", "quality: ", "38.2 dB", "40.0 dB", "--realtime-floor", "exact")
            _ = try await service.submit(form())
            let avatar = try await service.get("/v1/avatars/tiny").json
            #expect(avatar["realtime"]["state"].string == "refused")
            #expect(avatar["realtime"]["report"]["whole"]["mean"].number == 38.21)
        }
        try await TestService.run(options(workshop), settings: { $0.realtimeFloor = 38 }) { service in
            let job = try await service.ended(service.submit(form("realtime", frames: 2)))
            #expect(job["quality"].string == "realtime")
        }
    }

    @Test func failuresAreShownAndJobsGoExact() async throws {
        let workshop = TestWorkshop { name, _, _ in throw EngineError(.unsupported, name, found: "fog everywhere") }
        try await TestService.run(options(workshop)) { service in
            let bakery = service.parts.bakery
            _ = try await service.get("/v1/avatars")
            #expect(await Blocking.run { bakery.bakeNext() })
            let avatar = try await service.get("/v1/avatars/tiny").json
            #expect(avatar["realtime"]["state"].string == "failed")
            #expect(avatar["realtime"]["reason"].string?.contains("fog everywhere") == true)
            let job = try await service.ended(service.submit(form("realtime", frames: 1)))
            #expect(job["status"].string == "completed" && job["quality"].string == "exact")
            #expect(job["quality_note"].string?.contains("fog everywhere") == true)
            #expect(job["bake"] == .null && job["frames_out_of_range"] == .null)
            #expect(job["timings"].names.contains("learn"))
        }
    }

    @Test func onDemandAJobSetsTheBakeGoing() async throws {
        try await TestService.run(options(TestWorkshop()), settings: { $0.bake = .onDemand }) { service in
            #expect(try await service.get("/v1/avatars/tiny").json["realtime"]["state"].string == "none")
            let job = try await service.ended(service.submit(form(frames: 1)))
            #expect(job["status"].string == "completed" && job["quality"].string == "exact")
            #expect(job["quality_note"].string?.contains("waits to be baked") == true)
            #expect(try await service.get("/v1/avatars/tiny").json["realtime"]["state"].string == "waiting")
            let bakery = service.parts.bakery
            #expect(await Blocking.run { bakery.bakeNext() })
            #expect(try await service.get("/v1/avatars/tiny").json["realtime"]["state"].string == "ready")
            let next = try await service.ended(service.submit(form(frames: 2)))
            #expect(next["quality"].string == "realtime")
        }
    }

    /// Frames of one job come from one file, so that a job fails rather than mix them.
    @Test func aBakeReplacedMeanwhileIsNotMixedIn() async throws {
        let workshop = TestWorkshop()
        workshop.put("tiny")
        var options = options(workshop)
        options.gate = 0
        try await TestService.run(options) { service in
            let path = try await service.submit(form())
            while try await service.get(path).json["quality"] == .null { await Task.yield() }
            workshop.put("tiny", .test(45), digest: "d2")
            service.gate?.open()
            let job = try await service.ended(path)
            #expect(job["status"].string == "failed")
            #expect(job["error"]["type"].string == "/problems/bake-replaced")
            #expect(job["error"]["detail"].string?.contains("submit it again") == true)
        }
    }
}
