/// The smoothed codes that drive a video's frames.
public enum AudioCodes {
    /// Codes of a whole video: frame `i` attends to frames `i - length/2 ..< i + length/2`, and what lies outside the video is
    /// zero FEATURES, which AudioNet turns into a code that is not zero. So the codes of a part are those of the whole, cut.
    /// - Parameter rows: the feature row of each frame of the video (`FrameSchedule.featureRows`), within `features`.
    /// - Returns: for each frame `[codeSize]`.
    public static func smoothed(
        features: SpeechFeatures, rows: [Int], audioNet: AudioNet, attention: AudioAttention
    ) -> [[Float]] {
        let size = SpeechFeatures.steps * SpeechFeatures.characters
        let silence = audioNet.code(of: [Float](repeating: 0, count: size)[...])
        var codeOfRow: [Int: [Float]] = [:]
        let codes = rows.map { row in
            if let code = codeOfRow[row] { return code }
            let code = audioNet.code(of: features.values[row * size..<(row + 1) * size])
            codeOfRow[row] = code
            return code
        }
        let half = attention.length / 2
        return codes.indices.map { frame in
            attention.smooth((frame - half..<frame + half).map { codes.indices.contains($0) ? codes[$0] : silence })
        }
    }

    /// Codes of a video whose frames take the features' rows one by one.
    public static func smoothed(features: SpeechFeatures, audioNet: AudioNet, attention: AudioAttention) -> [[Float]] {
        smoothed(features: features, rows: Array(0..<features.count), audioNet: audioNet, attention: attention)
    }
}

extension Avatar {
    /// The smoothed code of every frame of a video.
    /// - Returns: for each frame of `schedule` `[codeSize]`.
    public func codes(features: SpeechFeatures, schedule: FrameSchedule) -> [[Float]] {
        AudioCodes.smoothed(
            features: features, rows: schedule.featureRows,
            audioNet: AudioNet(audioNet, windowSize: configuration.windowSize), attention: AudioAttention(attentionNet))
    }
}
