/// A linear layer or a one-dimensional convolution (kernel 3, zero padding 1) of the audio networks, with its weights laid out
/// so that the inner loop runs over outputs.
struct AudioLayer: Sendable {
    static let leakySlope: Float = 0.02

    let inputs: Int
    let outputs: Int
    /// Steps that the kernel spans: 3 for a convolution, 1 for a linear layer.
    let taps: Int
    /// `[taps, inputs, outputs]`
    private let weights: [Float]
    private let bias: [Float]

    /// - Parameters:
    ///   - tensors: holds `name.weight`, `[outputs, inputs]` or `[outputs, inputs, 3]`, and `name.bias`, `[outputs]`;
    ///     a loaded avatar's do.
    init(_ name: String, in tensors: [String: Tensor]) {
        guard let weight = tensors["\(name).weight"], let bias = tensors["\(name).bias"] else {
            preconditionFailure("an avatar's audio networks are checked when it is loaded")
        }
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let taps = weight.shape.count == 3 ? weight.shape[2] : 1
        var transposed = [Float](repeating: 0, count: weight.values.count)
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<taps {
                    transposed[(tap * inputs + input) * outputs + output] = weight.values[(output * inputs + input) * taps + tap]
                }
            }
        }
        (self.inputs, self.outputs, self.taps) = (inputs, outputs, taps)
        (self.weights, self.bias) = (transposed, bias.values)
    }

    /// - Parameter x: `[steps, inputs]`
    /// - Returns: `[ceil(steps / stride), outputs]`, through LeakyReLU where `leaky`.
    func apply(_ x: [Float], stride: Int = 1, leaky: Bool) -> [Float] {
        let steps = x.count / inputs
        let outputSteps = (steps + stride - 1) / stride
        let padding = taps / 2
        var y: [Float] = []
        y.reserveCapacity(outputSteps * outputs)
        for _ in 0..<outputSteps { y += bias }
        y.withUnsafeMutableBufferPointer { y in
            weights.withUnsafeBufferPointer { weights in
                for step in 0..<outputSteps {
                    let row = step * outputs
                    for tap in 0..<taps {
                        let source = step * stride + tap - padding
                        guard source >= 0, source < steps else { continue }
                        for input in 0..<inputs {
                            let value = x[source * inputs + input]
                            let column = (tap * inputs + input) * outputs
                            for output in 0..<outputs { y[row + output] += value * weights[column + output] }
                        }
                    }
                }
            }
            guard leaky else { return }
            for index in y.indices where y[index] < 0 { y[index] *= Self.leakySlope }
        }
        return y
    }
}
