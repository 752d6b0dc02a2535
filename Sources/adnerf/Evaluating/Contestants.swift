import Engine
import Foundation
import Studio

/// What an evaluation measures, and what it measures that against.
struct Contestants {
    let quality: EvaluatedQuality
    let subject: any FrameRenderer
    let truth: TruthFrames
    /// What learns before it renders: the subject if that is exact, and else the truth.
    let accelerated: AcceleratedRenderer
    let exact: ExactRenderer
    /// Whether frames are held against rendered ones.
    let isRendered: Bool
    /// Where the bake has found the mouth; nil where exact frames are measured.
    let mouth: SIMD3<Float>?

    /// - Parameters:
    ///   - quality: nil for real time where the avatar has been baked, and else exact.
    ///   - recording: a folder of pictures that are the truth; nil to render it.
    /// - Throws: `.inconsistent` if the avatar has no baked file but should, and what opening files throws.
    init(
        avatar: Avatar, quality wanted: EvaluatedQuality?, recording: String?, threads: Int, cache: String?
    ) throws {
        let baked = BakedAvatar.paths(of: avatar, folder: cache).first(where: FileManager.default.fileExists(atPath:))
        let quality = wanted ?? (baked == nil ? .exact : .realtime)
        let exact = ExactRenderer(
            fields: try AvatarFields(avatar, variant: .best(for: .fp32)),
            sampling: SamplingOptions(avatar.configuration), threads: threads)
        accelerated = try AcceleratedRenderer(
            avatar: avatar, precision: .fast, threads: threads, cache: ShortcutFile(avatar: avatar, folder: cache))
        let rendered: TruthFrames
        switch quality {
        case .exact:
            subject = accelerated
            mouth = nil
            rendered = .rendered(exact, "two passes in fp32")
        case .realtime:
            guard let baked else {
                throw EngineError(
                    .inconsistent, avatar.folder, found: "no baked file", expected: "one for --quality realtime",
                    remedy: "run adnerf bake first")
            }
            let file = try BakedAvatar(path: baked, avatar: avatar)
            subject = RealTimeRenderer(file, threads: threads)
            mouth = file.mouth
            rendered = .rendered(accelerated, "exact, accelerated")
        }
        truth = try recording.map(TruthFrames.folder) ?? rendered
        self.quality = quality
        self.exact = exact
        isRendered = recording == nil
    }
}
