/// DeepSpeech feature windows, the input of AudioNet: 25 windows a second.
public struct SpeechFeatures: Sendable, Equatable {
    /// Steps in a window.
    public static let steps = 16
    /// Characters, the blank included.
    public static let characters = 29
    /// Frames of video these features drive.
    public let count: Int
    /// `[count, 16, 29]`, row-major.
    public let values: [Float]

    public init(count: Int, values: [Float]) {
        precondition(values.count == count * Self.steps * Self.characters)
        self.count = count
        self.values = values
    }
}
