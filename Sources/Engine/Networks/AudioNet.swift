/// Turns a window of speech features into a code: four stride-2 convolutions and two linear layers
/// (paper, section 3.2; `AudioNet` in the release's `run_nerf_helpers.py`).
public struct AudioNet: Sendable {
    /// Channels of a code.
    public let codeSize: Int
    private let steps: Range<Int>
    private let convolutions: [AudioLayer]
    private let linear: [AudioLayer]

    /// - Parameters:
    ///   - tensors: a loaded avatar's `audioNet`.
    ///   - windowSize: steps read from the middle of the sixteen, 2 to 17 (an odd one counts as the even one below).
    public init(_ tensors: [String: Tensor], windowSize: Int) {
        precondition((2...17).contains(windowSize))
        let half = windowSize / 2
        steps = 8 - half..<8 + half
        convolutions = Self.convolutionNames.map { AudioLayer($0, in: tensors) }
        linear = Self.linearNames.map { AudioLayer($0, in: tensors) }
        codeSize = linear[1].outputs
    }

    /// - Parameter window: `[16, 29]`
    /// - Returns: `[codeSize]`
    public func code(of window: ArraySlice<Float>) -> [Float] {
        let width = SpeechFeatures.characters
        let start = window.startIndex
        var x = Array(window[start + steps.lowerBound * width..<start + steps.upperBound * width])
        for layer in convolutions { x = layer.apply(x, stride: 2, leaky: true) }
        return linear[1].apply(linear[0].apply(x, leaky: true), leaky: false)
    }

    private static let convolutionNames = [0, 2, 4, 6].map { "encoder_conv.\($0)" }
    private static let linearNames = ["encoder_fc1.0", "encoder_fc1.2"]

    /// Name and shape of every tensor.
    public static func tensors(codeSize: Int) -> [(name: String, shape: [Int])] {
        let channels = [SpeechFeatures.characters, 32, 32, 64, 64]
        let convolutions = zip(convolutionNames, zip(channels, channels.dropFirst())).flatMap { name, size in
            [("\(name).weight", [size.1, size.0, 3]), ("\(name).bias", [size.1])]
        }
        let linear = zip(linearNames, [64, codeSize]).flatMap { name, outputs in
            [("\(name).weight", [outputs, 64]), ("\(name).bias", [outputs])]
        }
        return convolutions + linear
    }
}
