/// Between the pictures' RGB and the video's BT.709 in limited range.
enum ColorConversion {
    private static let flags = "flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"

    /// Options of ffmpeg that convert RGB to 4:2:0 and tag it as what it is.
    static func encodingArguments(transparent: Bool) -> [String] {
        let layout = transparent ? "yuva420p" : "yuv420p"
        return ["-vf", "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:\(flags),format=\(layout)"]
            + ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    }

    /// The filter that makes RGB of it again.
    static func decodingFilter(transparent: Bool) -> String {
        "scale=in_range=tv:out_range=pc:in_color_matrix=bt709:\(flags),format=\(transparent ? "rgba" : "rgb24")"
    }
}
