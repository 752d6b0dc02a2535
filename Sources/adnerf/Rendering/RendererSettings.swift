import Engine

/// How frames are computed, as opposed to what they show.
struct RendererSettings: Hashable, Sendable {
    var quality = Quality.exact
    var precision = Precision.fast
    /// Whether empty space and what lies behind opaque surfaces may be skipped.
    var skips = true
    /// Folder for what is learnt about avatars; nil keeps it beside the checkpoints.
    var cache: String?
    /// Threads to compute with, at least 1.
    var threads = 1
}
