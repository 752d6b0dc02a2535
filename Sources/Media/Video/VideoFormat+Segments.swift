extension VideoFormat {
    /// Options of ffmpeg that make the same bytes of the same pictures, on any machine, with one key frame at the start
    /// and pictures in the order in which they are shown.
    ///
    /// One thread, because the division of work between threads leaves its mark in the bytes; several segments are
    /// encoded at once instead.
    func segmentArguments(transparent: Bool) -> [String] {
        switch self {
        case .mp4:
            // A constant quantiser needs no look at the pictures to come, so each one is encoded as soon as it is there.
            // Rendered faces have no noise that a rate control would have to hold down.
            ["-c:v", "libx264", "-preset", "superfast", "-qp", "17", "-bf", "0", "-threads", "1"]
                + ["-x264-params", "keyint=infinite:scenecut=0:cpu-independent=1", "-f", "h264", "pipe:1"]
        case .webm:
            // Alternate reference frames are never shown, and libvpx cannot pair them with a frame of alpha. Key frames
            // of a fixed distance, longer than any segment, come together in colour and alpha.
            ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "5"]
                + ["-threads", "1", "-auto-alt-ref", "0", "-lag-in-frames", "0", "-g", "1000", "-keyint_min", "1000"]
                + ["-fflags", "+bitexact", "-f", "webm", "pipe:1"]
        }
    }
}
