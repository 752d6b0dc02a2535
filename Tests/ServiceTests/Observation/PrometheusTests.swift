import Metrics
import Testing

@testable import Service

@Suite struct PrometheusTests {
    @Test func textIsExposition() {
        let metrics = PrometheusMetrics()
        let requests = metrics.makeCounter(
            label: "adnerf.requests", dimensions: [("route", "/v1/\"x\""), ("status", "200")])
        requests.increment(by: 2)
        requests.increment(by: 1)
        metrics.makeMeter(label: "jobs", dimensions: []).set(2.5)
        let timer = metrics.makeTimer(label: "request_seconds", dimensions: [("route", "/")])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(90_000_000_000)
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "# TYPE adnerf_requests counter")
        #expect(lines[1] == #"adnerf_requests{route="/v1/\"x\"",status="200"} 3"#)
        #expect(lines[2...3] == ["# TYPE jobs gauge", "jobs 2.5"])
        #expect(lines.contains(#"request_seconds_bucket{route="/",le="0.001"} 0"#))
        #expect(lines.contains(#"request_seconds_bucket{route="/",le="0.005"} 1"#))
        #expect(lines.contains(#"request_seconds_bucket{route="/",le="60"} 1"#))
        #expect(lines.contains(#"request_seconds_bucket{route="/",le="+Inf"} 2"#))
        #expect(lines.contains(#"request_seconds_count{route="/"} 2"#))
    }

    /// The same label and dimensions are the same series, whoever makes it.
    @Test func seriesAreShared() {
        let metrics = PrometheusMetrics()
        for _ in 0..<3 { metrics.makeCounter(label: "n", dimensions: [("a", "b")]).increment(by: 1) }
        #expect(metrics.text == "# TYPE n counter\nn{a=\"b\"} 3\n")
    }

    @Test(arguments: [("a.b-c", "a_b_c"), ("1a", "_1a"), ("", "_"), ("ü", "_")])
    func namesAreLegal(label: String, name: String) {
        #expect(PrometheusMetrics.name(label) == name)
    }
}
