import Foundation
import HTTPTypes
import Testing

@testable import Service

@Suite struct OperationTests {
    @Test func healthIsThatItAnswers() async throws {
        try await TestService.runIdle { service in
            let answer = try await service.get("/healthz")
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.json == .object(["status": .string("ok")]))
            service.parts.readiness.become(.draining)
            #expect(try await service.get("/healthz").status == 200)
        }
    }

    @Test func readinessIsThatItTakesWork() async throws {
        var options = TestService.Options()
        options.hasSpeechModel = false
        try await TestService.runIdle(options) { service in
            let answer = try await service.get("/readyz")
            #expect(answer.status == 200)
            #expect(answer.json["status"].string == "ready")
            #expect(answer.json["checks"]["jobs"].string == "ok")
            #expect(answer.json["checks"]["speech"].string?.contains("no model") == true)
            service.parts.readiness.become(.draining)
            // What drains never comes back.
            service.parts.readiness.become(.ready)
            let draining = try await service.get("/readyz")
            #expect(draining.status == 503)
            #expect(draining.json["status"].string == "draining")
            #expect(draining["Retry-After"] == "5")
        }
    }

    @Test func aFailingCheckIsNotReady() async {
        let readiness = Readiness(checks: { Readiness.Checks(found: ["jobs": "no disk"], isPassed: false) })
        #expect(await readiness.report().report.status == .starting)
        readiness.become(.ready)
        let (report, takesWork) = await readiness.report()
        #expect(!takesWork)
        #expect(report.checks == ["jobs": "no disk"])
    }

    @Test func metricsTellHowItIsDoing() async throws {
        try await TestService.run { service in
            let path = try await service.submit()
            _ = try await service.ended(path)
            let answer = try await service.get("/metrics")
            #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = Set(answer.text.split(separator: "\n").map(String.init))
            for line in [
                "# TYPE adnerf_jobs gauge", "adnerf_jobs{status=\"completed\"} 1", "adnerf_jobs{status=\"queued\"} 0",
                "adnerf_jobs_submitted_total 1", "adnerf_jobs_ended_total{status=\"completed\"} 1",
                "adnerf_frames_rendered_total 2", "adnerf_queue_items{state=\"waiting\"} 0",
                "# TYPE adnerf_frames_rendered_total counter",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            // Every line is of the format.
            for line in lines where !line.hasPrefix("# TYPE ") {
                #expect(
                    line.wholeMatch(of: /[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+/) != nil, "\(line)")
            }
        }
    }

    @Test func badAvatarFoldersAreTold() async throws {
        await #expect(throws: (any Error).self) {
            try await TestService.runIdle(settings: { $0.avatars = "/nowhere/at/all" }) { _ in }
        }
    }
}
