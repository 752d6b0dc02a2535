/// Cuts the network's outputs into the windows that drive a frame each.
///
/// The release interpolates the outputs, one every 20 ms, to `round(50 * seconds)` steps of 20 ms each, which repeats
/// the last output where the network has fewer and drops what it has more (`interpolate_features`); it drops the last
/// step; then it takes a window of 16 steps around every second step, zeros beyond the ends.
enum FeatureWindows {
    static let stepsPerSecond = 50
    /// Steps from one window to the next: 25 windows a second.
    static let stride = 2
    /// Seconds that it takes for one window: the reference fails on less, there being nothing left once the last step
    /// is dropped.
    static let shortest = 0.03

    /// - Parameter logits: `[T, 29]` at 50 steps a second, T > 0.
    /// - Parameter seconds: the recording's duration.
    /// - Parameter name: what errors call the recording.
    /// - Returns: `ceil((round(50 * seconds) - 1) / 2)` windows; round takes halves to the even neighbour.
    /// - Throws: `EngineError` `.invalidValue` for less than 30 ms.
    static func windows(
        of logits: [Float], seconds: Double, name: String = "audio"
    ) throws(EngineError) -> SpeechFeatures {
        let available = logits.count / SpeechFeatures.characters
        let steps = try stepCount(seconds: seconds, name: name)
        let count = (steps + stride - 1) / stride
        let characters = SpeechFeatures.characters
        var values = [Float](repeating: 0, count: count * SpeechFeatures.steps * characters)
        for window in 0..<count {
            for position in 0..<SpeechFeatures.steps {
                let step = window * stride + position - SpeechFeatures.steps / 2
                guard step >= 0, step < steps else { continue }
                let source = min(step, available - 1) * characters
                let target = (window * SpeechFeatures.steps + position) * characters
                for character in 0..<characters { values[target + character] = logits[source + character] }
            }
        }
        return SpeechFeatures(count: count, values: values)
    }

    /// Steps that the windows are cut from: all but the last.
    static func stepCount(seconds: Double, name: String) throws(EngineError) -> Int {
        let steps = Int((seconds * Double(stepsPerSecond)).rounded(.toNearestOrEven)) - 1
        guard steps > 0 else {
            throw EngineError(
                .invalidValue, name, found: "\(seconds) seconds of audio", expected: "at least \(shortest)",
                remedy: "name a longer recording")
        }
        return steps
    }
}
