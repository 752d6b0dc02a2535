import Metrics
import Synchronization

/// One line, or one histogram, of the exposition.
protocol PrometheusSeries: AnyObject, Sendable {
    /// - Parameter labels: without braces, may be empty.
    func lines(name: String, labels: String) -> [String]
}

extension PrometheusSeries {
    static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    /// Whole numbers without a fraction, as a person writes them.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}

final class PrometheusCounter: CounterHandler, PrometheusSeries {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    /// Never lowers: what is counted elsewhere may be read late.
    func raise(to total: Int64) {
        value.max(total, ordering: .relaxed)
    }

    func lines(name: String, labels: String) -> [String] {
        ["\(name)\(Self.braced(labels)) \(value.load(ordering: .relaxed))"]
    }
}

final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func lines(name: String, labels: String) -> [String] {
        ["\(name)\(Self.braced(labels)) \(Self.number(value.withLock { $0 }))"]
    }
}

final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
    private struct State {
        /// Values up to each bound, not cumulated; the last are beyond all.
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: ascending.
    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func lines(name: String, labels: String) -> [String] {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total = 0
        var lines: [String] = []
        for (count, bound) in zip(counts, bounds.map(Self.number) + ["+Inf"]) {
            total += count
            lines.append("\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)")
        }
        return lines + ["\(name)_sum\(Self.braced(labels)) \(sum)", "\(name)_count\(Self.braced(labels)) \(total)"]
    }
}
