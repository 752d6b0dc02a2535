import Foundation

/// 26 triangular filters, evenly spaced on the mel scale from 0 to 8000 Hz, over the bins of a 512-point spectrum of
/// audio at 16 kHz: python_speech_features' `get_filterbanks` with its defaults.
struct MelFilterBank {
    static let count = 26
    /// The bins at which the triangles begin, peak and end: triangle j has `edges[j], edges[j + 1], edges[j + 2]`.
    private let edges: [Int]

    init() {
        func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
        func hertz(_ mel: Double) -> Double { 700 * (pow(10, mel / 2595) - 1) }
        let highest = mel(Double(MelCepstrum.sampleRate) / 2)
        edges = (0..<(Self.count + 2)).map { index in
            let point = hertz(highest / Double(Self.count + 1) * Double(index))
            return Int((Double(PowerSpectrum.size + 1) * point / Double(MelCepstrum.sampleRate)).rounded(.down))
        }
    }

    /// - Parameter power: 257 bins.
    /// - Returns: filter `j`'s energy.
    func energy(_ j: Int, of power: [Double]) -> Double {
        let (low, peak, high) = (edges[j], edges[j + 1], edges[j + 2])
        var sum = 0.0
        for bin in low..<peak { sum += power[bin] * Double(bin - low) / Double(peak - low) }
        for bin in peak..<high { sum += power[bin] * Double(high - bin) / Double(high - peak) }
        return sum
    }
}
