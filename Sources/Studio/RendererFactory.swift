import Engine

/// The one place that chooses the renderer.
public enum RendererFactory {
    public static func make(_ avatar: Avatar, _ settings: RendererSettings) throws -> any FrameRenderer {
        guard settings.skips else {
            let fields = try AvatarFields(avatar, variant: .best(for: settings.precision))
            return ExactRenderer(
                fields: fields, sampling: SamplingOptions(avatar.configuration), threads: settings.threads)
        }
        return try AcceleratedRenderer(
            avatar: avatar, precision: settings.precision, threads: settings.threads,
            cache: ShortcutFile(avatar: avatar, folder: settings.cache))
    }
}
