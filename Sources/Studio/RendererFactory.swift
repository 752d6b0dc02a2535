import Engine

/// The one place that chooses the renderer.
public enum RendererFactory {
    /// - Throws: for real time, `.unreadable` if the avatar is not baked yet, and what is wrong with its baked file.
    public static func make(_ avatar: Avatar, _ settings: RendererSettings) throws -> any PictureRenderer {
        if settings.quality == .realtime {
            return RealTimeRenderer(
                try BakeShelf(avatar, folder: settings.cache).require(), threads: settings.threads)
        }
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
