import Foundation

/// Smooths neighbouring codes into one: their mean under softmax weights that five convolutions and a linear layer read from
/// the codes' leading channels (paper, section 3.2; `AudioAttNet` in the release's `run_nerf_helpers.py`).
public struct AudioAttention: Sendable {
    /// Codes in a window, an even number: the smoothing size.
    public let length: Int
    /// Leading channels that the weights depend on, 32 in the release.
    public let channels: Int
    private let convolutions: [AudioLayer]
    private let linear: AudioLayer

    /// - Parameter tensors: a loaded avatar's `attentionNet`.
    public init(_ tensors: [String: Tensor]) {
        convolutions = Self.convolutionNames.map { AudioLayer($0, in: tensors) }
        linear = AudioLayer(Self.linearName, in: tensors)
        length = linear.outputs
        channels = convolutions[0].inputs
    }

    /// - Parameter codes: `length` codes of one size, at least `channels` values each.
    /// - Returns: a code of the same size, all channels weighted alike.
    public func smooth(_ codes: [[Float]]) -> [Float] {
        precondition(codes.count == length)
        var x = codes.flatMap { $0.prefix(channels) }
        for layer in convolutions { x = layer.apply(x, leaky: true) }
        let scores = linear.apply(x, leaky: false)
        let highest = scores.max() ?? 0
        let powers = scores.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        var smoothed = [Float](repeating: 0, count: codes[0].count)
        for (power, code) in zip(powers, codes) {
            let weight = power / sum
            for channel in smoothed.indices { smoothed[channel] += weight * code[channel] }
        }
        return smoothed
    }

    private static let convolutionNames = [0, 2, 4, 6, 8].map { "attentionConvNet.\($0)" }
    private static let linearName = "attentionNet.0"
    /// Channels that the release always uses.
    static let releaseChannels = 32
    /// Its shape tells a checkpoint's `channels`.
    static let firstTensor = "attentionConvNet.0.weight"

    /// Name and shape of every tensor.
    public static func tensors(channels: Int, length: Int) -> [(name: String, shape: [Int])] {
        let sizes = [channels, 16, 8, 4, 2, 1]
        let convolutions = zip(convolutionNames, zip(sizes, sizes.dropFirst())).flatMap { name, size in
            [("\(name).weight", [size.1, size.0, 3]), ("\(name).bias", [size.1])]
        }
        return convolutions + [("\(linearName).weight", [length, length]), ("\(linearName).bias", [length])]
    }
}
