import Engine

/// How frames are computed, as opposed to what they show.
public struct RendererSettings: Hashable, Sendable {
    public var quality = Quality.exact
    public var precision = Precision.fast
    /// Whether empty space and what lies behind opaque surfaces may be skipped.
    public var skips = true
    /// Folder for what is learnt about avatars and, besides the avatar's own, for baked files; nil keeps it beside the
    /// checkpoints.
    public var cache: String?
    /// Threads to compute with, at least 1.
    public var threads = 1

    public init(
        quality: Quality = .exact, precision: Precision = .fast, skips: Bool = true, cache: String? = nil,
        threads: Int = 1
    ) {
        self.quality = quality
        self.precision = precision
        self.skips = skips
        self.cache = cache
        self.threads = threads
    }
}
