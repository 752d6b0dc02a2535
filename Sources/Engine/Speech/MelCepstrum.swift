import Foundation

/// Mel-frequency cepstra as DeepSpeech 0.1.0 was trained on them: python_speech_features' `mfcc` with 26 coefficients
/// and otherwise its defaults, of which every second step is kept.
///
/// Frames of 25 ms every 10 ms, a transform of 512 points, pre-emphasis 0.97, no window, a lifter of 22, and the
/// logarithm of the frame's energy in place of the zeroth coefficient. The signal is padded with zeros to whole
/// frames, to at least one.
struct MelCepstrum {
    /// Samples a second that the filters and frames are meant for.
    static let sampleRate = 16000
    /// Coefficients of a step.
    static let coefficients = 26
    private static let frameLength = 400
    /// 20 ms: two of mfcc's steps.
    private static let stepLength = 320
    private static let preEmphasis = 0.97
    private static let lifter = 22.0

    private var spectrum = PowerSpectrum()
    private let filters = MelFilterBank()
    /// `[26, 26]`: the orthonormal cosine transform (type II), its rows multiplied by the lifter.
    private let transform: [Double]
    private var frame = [Double](repeating: 0, count: PowerSpectrum.size)
    private var power = [Double](repeating: 0, count: PowerSpectrum.bins)
    private var logEnergies = [Double](repeating: 0, count: MelFilterBank.count)

    init() {
        let count = MelFilterBank.count
        transform = (0..<(Self.coefficients * count)).map { index in
            let (k, n) = (index / count, index % count)
            let lift = 1 + Self.lifter / 2 * sin(Double.pi * Double(k) / Self.lifter)
            let norm = ((k == 0 ? 1 : 2) / Double(count)).squareRoot()
            return lift * norm * cos(Double.pi * Double(k) * (Double(n) + 0.5) / Double(count))
        }
    }

    /// Steps of 20 ms for a signal of `count` samples at 16 kHz: half of mfcc's frames, rounded up.
    static func steps(for count: Int) -> Int {
        let frames = count <= frameLength ? 1 : 1 + (count - frameLength + stepLength / 2 - 1) / (stepLength / 2)
        return (frames + 1) / 2
    }

    /// - Parameter samples: mono at 16 kHz, at least one sample.
    /// - Returns: `[steps(for: samples.count), 26]`, row-major.
    /// - Throws: `EngineError` `.canceled`.
    mutating func cepstra(of samples: [Int16], isCanceled: () -> Bool = { false }) throws(EngineError) -> [Double] {
        let steps = Self.steps(for: samples.count)
        var cepstra = [Double](repeating: 0, count: steps * Self.coefficients)
        for step in 0..<steps {
            if step % 1024 == 0, isCanceled() { throw .speechCanceled }
            fillFrame(from: samples, at: step * Self.stepLength)
            spectrum.transform(frame, into: &power)
            for filter in 0..<MelFilterBank.count {
                logEnergies[filter] = Self.logarithm(filters.energy(filter, of: power))
            }
            let row = step * Self.coefficients
            cepstra[row] = Self.logarithm(power.reduce(0, +))
            for k in 1..<Self.coefficients {
                var sum = 0.0
                for n in 0..<MelFilterBank.count { sum += transform[k * MelFilterBank.count + n] * logEnergies[n] }
                cepstra[row + k] = sum
            }
        }
        return cepstra
    }

    /// Copies a frame with its high frequencies emphasised; beyond the signal it is zero.
    private mutating func fillFrame(from samples: [Int16], at start: Int) {
        for index in 0..<Self.frameLength {
            let at = start + index
            guard at < samples.count else {
                frame[index] = 0
                continue
            }
            frame[index] = Double(samples[at]) - (at > 0 ? Self.preEmphasis * Double(samples[at - 1]) : 0)
        }
    }

    /// The natural logarithm, of the smallest step above 1 in place of zero: silence is loud -36, not minus infinity.
    private static func logarithm(_ energy: Double) -> Double {
        log(energy == 0 ? Double.ulpOfOne : energy)
    }
}
