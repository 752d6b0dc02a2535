/// The kinds of video file that can be written.
public enum VideoFormat: String, Sendable, CaseIterable, Codable {
    /// H.264 and AAC, playable everywhere.
    case mp4
    /// VP9 and Opus, which can carry transparency.
    case webm

    /// Encoder options for the picture.
    ///
    /// - Parameter transparent: whether the frames carry alpha; WebM only.
    func videoArguments(transparent: Bool) -> [String] {
        switch self {
        case .mp4:
            return ["-c:v", "libx264", "-preset", "medium", "-crf", "17"]
        case .webm:
            // Alternate reference frames are never shown, and libvpx cannot pair them with a frame of alpha.
            let alpha = transparent ? ["-auto-alt-ref", "0"] : []
            return ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-cpu-used", "4", "-row-mt", "1"] + alpha
        }
    }

    /// Encoder options for the sound.
    var audioArguments: [String] {
        switch self {
        // Of the encoder's two searches the slow one takes twice the time and stays further from speech at these rates.
        case .mp4: ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "160k"]
        case .webm: ["-c:a", "libopus", "-b:a", "128k"]
        }
    }

    /// Options of the container.
    var containerArguments: [String] {
        switch self {
        // The index goes to the front, so that a browser can start before it has everything.
        case .mp4: ["-movflags", "+faststart", "-f", "mp4"]
        case .webm: ["-f", "webm"]
        }
    }
}
