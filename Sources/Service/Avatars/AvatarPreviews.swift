import Engine
import Foundation
import Logging
import Media
import Synchronization

/// A picture of each avatar: its first pose with a closed mouth, rendered once and kept.
final class AvatarPreviews: Sendable {
    private let folder: String
    private let library: AvatarLibrary
    private let bakery: Bakery
    private let logger: Logger
    private let stopped = Atomic(false)
    /// Avatars that are being rendered.
    private let underWay = Mutex<Set<String>>([])
    private let queue = DispatchQueue(label: "previews", qos: .utility)

    /// - Parameter folder: where the pictures are kept.
    init(folder: String, library: AvatarLibrary, bakery: Bakery, logger: Logger) {
        self.folder = folder
        self.library = library
        self.bakery = bakery
        self.logger = logger
    }

    /// The picture's file, whether it is there yet or not.
    func path(fingerprint: String) -> String {
        "\(folder)/\(fingerprint.prefix(32)).jpg"
    }

    /// Renders every avatar's picture that is not there yet. Where there is no baked file this learns about the avatar, which
    /// spares its first job the wait.
    func prepareAll() {
        for name in library.names() { prepare(name) }
    }

    /// Renders an avatar's picture in its turn, if it is not there.
    func prepare(_ name: String) {
        guard underWay.withLock({ $0.insert(name).inserted }) else { return }
        queue.async { [self] in
            defer { _ = underWay.withLock { $0.remove(name) } }
            guard !stopped.load(ordering: .relaxed) else { return }
            do {
                try make(name)
            } catch let error as EngineError where error.code == .canceled {
                // The server stops.
            } catch {
                logger.warning("no preview", metadata: ["avatar": "\(name)", "error": "\(error)"])
            }
        }
    }

    /// Stops within a second.
    func stop() {
        stopped.store(true, ordering: .relaxed)
    }

    /// Recordings begin with a breath, so that the avatar's own first features are silence to it.
    private static func silence(of avatar: Avatar) -> SpeechFeatures {
        let size = SpeechFeatures.steps * SpeechFeatures.characters
        let own = avatar.featureFiles.first.flatMap { try? SpeechFeatures.read(path: $0) }
        let row = own.map { Array($0.values[..<size]) } ?? Array(repeating: 0, count: size)
        return SpeechFeatures(count: 16, values: Array((0..<16).map { _ in row }.joined()))
    }

    private func make(_ name: String) throws {
        // What is wrong with an avatar is said where avatars are listed.
        guard let loaded = try? library.avatar(name) else { return }
        let path = path(fingerprint: loaded.avatar.fingerprint)
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let avatar = loaded.avatar
        let isCanceled: @Sendable () -> Bool = { [self] in stopped.load(ordering: .relaxed) }
        let silence = Self.silence(of: avatar)
        let schedule = FrameSchedule(features: silence, track: avatar.defaultTrack, loop: .hold)
        let request = FrameRequest(
            camera: avatar.camera(for: avatar.defaultTrack), pose: avatar.defaultTrack.poses[0],
            torsoPose: avatar.torsoPose, code: avatar.codes(features: silence, schedule: schedule)[8],
            background: .picture(avatar.background))
        let start = ContinuousClock.now
        let picture =
            if let bake = bakery.choice(for: avatar, asked: .realtime).1 {
                try bake.withRenderer { try $0.picture(request, isCanceled: isCanceled) }
            } else {
                Picture(try loaded.preview(request, isCanceled: isCanceled))
            }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(JPEGCodec.encode(picture, quality: 90)).write(to: URL(fileURLWithPath: path), options: .atomic)
        logger.info(
            "preview rendered",
            metadata: ["avatar": "\(name)", "seconds": "\((ContinuousClock.now - start) / .seconds(1))"])
    }
}
