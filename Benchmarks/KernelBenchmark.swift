import CKernels
import Foundation

/// Times the fused network, 8 layers of 256 units as AD-NeRF trains them, in every variant that the machine has: on one core
/// and on all, beside what the same instructions reach on registers alone.
func kernelBenchmark() throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    print("variant          cores   GFLOP/s   peak   share   thousand evaluations/s")
    let network = RandomNetwork(width: 256, condition: 64)
    for value in 1..<ADN_VARIANTS.rawValue {
        let variant = adn_variant(rawValue: value)
        guard adn_variant_supported(variant) else { continue }
        // Only read from here on.
        nonisolated(unsafe) let packed = network.packed(variant)
        defer { adn_network_destroy(packed) }
        for threads in Set([1, cores]).sorted() {
            // Peak and network in turn, so that a drift of the machine's clock meets both; medians of five.
            var peaks: [Double] = []
            var rates: [Double] = []
            for _ in 0..<5 {
                peaks.append(rate(threads: threads) { adn_peak_operations(variant, 4_000_000) })
                rates.append(rate(threads: threads) { network.evaluate(packed, samples: 96 * 40) })
            }
            let (peak, operations) = (median(peaks), median(rates))
            let name = String(cString: adn_variant_name(variant)).padding(toLength: 16, withPad: " ", startingAt: 0)
            print(
                name
                    + String(
                        format: "%6d %9.1f %6.1f %6.0f%% %12.0f", threads, operations / 1e9, peak / 1e9,
                        100 * operations / peak, operations / (2 * adn_multiply_adds(packed, false)) / 1e3))
        }
    }
}

/// Operations a second of a piece of work done once on each of some threads.
private func rate(threads: Int, work: @escaping @Sendable () -> Double) -> Double {
    let start = ContinuousClock.now
    nonisolated(unsafe) let done = UnsafeMutablePointer<Double>.allocate(capacity: threads)
    defer { done.deallocate() }
    DispatchQueue.concurrentPerform(iterations: threads) { done[$0] = work() }
    return (0..<threads).reduce(0) { $0 + done[$1] } / ((ContinuousClock.now - start) / .seconds(1))
}

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
