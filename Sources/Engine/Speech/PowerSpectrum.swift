import Foundation

/// The power spectrum of 512 real samples: `|rfft|^2 / 512`, 257 bins, in double precision.
///
/// The real transform is a complex one of half the size over pairs of samples, untangled afterwards.
struct PowerSpectrum {
    static let size = 512
    static let bins = size / 2 + 1
    private static let half = size / 2

    /// `exp(-2 pi i k / 512)` for k < 256.
    private let cosines: [Double]
    private let sines: [Double]
    /// Where each of the 256 points goes before the transform: its bits in reverse.
    private let reversed: [Int]
    private var real = [Double](repeating: 0, count: half)
    private var imaginary = [Double](repeating: 0, count: half)

    init() {
        let angles = (0..<Self.half).map { -2 * Double.pi * Double($0) / Double(Self.size) }
        cosines = angles.map { cos($0) }
        sines = angles.map { sin($0) }
        let bits = Self.half.trailingZeroBitCount
        reversed = (0..<Self.half).map { index in
            (0..<bits).reduce(0) { $0 | (index >> $1 & 1) << (bits - 1 - $1) }
        }
    }

    /// - Parameter samples: 512 samples.
    /// - Parameter power: receives 257 bins.
    mutating func transform(_ samples: [Double], into power: inout [Double]) {
        for index in 0..<Self.half {
            real[reversed[index]] = samples[2 * index]
            imaginary[reversed[index]] = samples[2 * index + 1]
        }
        var length = 2
        while length <= Self.half {
            let turn = Self.size / length
            for start in stride(from: 0, to: Self.half, by: length) {
                for k in 0..<(length / 2) {
                    let (a, b) = (start + k, start + k + length / 2)
                    let (c, s) = (cosines[k * turn], sines[k * turn])
                    let x = real[b] * c - imaginary[b] * s
                    let y = real[b] * s + imaginary[b] * c
                    (real[b], imaginary[b]) = (real[a] - x, imaginary[a] - y)
                    (real[a], imaginary[a]) = (real[a] + x, imaginary[a] + y)
                }
            }
            length *= 2
        }
        let scale = 1 / Double(Self.size)
        // The even samples' spectrum is the sum, the odd samples' the difference of a bin and its mirror's conjugate.
        for k in 1..<Self.half {
            let mirror = Self.half - k
            let (evenX, evenY) = ((real[k] + real[mirror]) / 2, (imaginary[k] - imaginary[mirror]) / 2)
            let (oddX, oddY) = ((imaginary[k] + imaginary[mirror]) / 2, (real[mirror] - real[k]) / 2)
            let x = evenX + oddX * cosines[k] - oddY * sines[k]
            let y = evenY + oddX * sines[k] + oddY * cosines[k]
            power[k] = (x * x + y * y) * scale
        }
        let (first, last) = (real[0] + imaginary[0], real[0] - imaginary[0])
        power[0] = first * first * scale
        power[Self.half] = last * last * scale
    }
}
