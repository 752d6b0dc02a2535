import Metrics
import Synchronization

/// Collects what is counted and measured through swift-metrics, and writes it as Prometheus text (exposition format 0.0.4).
///
/// Labels become metric names with `_` for what Prometheus does not allow; timers become histograms in seconds.
public final class PrometheusMetrics: MetricsFactory {
    /// Upper bounds of a timer's or recorder's buckets, in seconds.
    static let buckets = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        var kind: Kind
        /// By the dimensions as they are written: `{route="/v1/videos",status="200"}`.
        var series: [String: any PrometheusSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: Kind, make: () -> Series
    ) -> Series {
        let name = Self.name(label)
        let key = Self.labels(dimensions)
        return families.withLock { families in
            if let known = families[name]?.series[key] as? Series { return known }
            let made = make()
            families[name, default: Family(kind: kind)].series[key] = made
            return made
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { PrometheusCounter() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return series(label, dimensions, .histogram) { PrometheusHistogram(Self.buckets) } }
        return series(label, dimensions, .gauge) { PrometheusGauge() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { PrometheusGauge() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { PrometheusHistogram(Self.buckets) }
    }

    // Series live as long as the process: a counter that vanished would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything, families and series in alphabetical order.
    public var text: String {
        families.withLock { families in
            var lines: [String] = []
            for (name, family) in families.sorted(by: { $0.key < $1.key }) {
                lines.append("# TYPE \(name) \(family.kind.rawValue)")
                for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                    lines += series.lines(name: name, labels: labels)
                }
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    static func name(_ label: String) -> String {
        let name = String(
            label.unicodeScalars.map { scalar in
                let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isAllowed || scalar == "_" || scalar == ":" ? Character(scalar) : "_"
            })
        return name.first?.isNumber ?? true ? "_" + name : name
    }

    /// Without braces: `route="/v1/videos",status="200"`.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name(key))=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
