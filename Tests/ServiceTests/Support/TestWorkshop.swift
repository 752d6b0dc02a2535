import Engine
import Media
import Studio
import Synchronization

@testable import Service

/// Bakes without baking: files are only said to be there, and frames are of one colour.
final class TestWorkshop: BakeWorkshop {
    private struct File {
        var digest: String
        var report: BakeReport
        var isDamaged = false
    }

    private struct State {
        /// By the avatar's name.
        var files: [String: File] = [:]
        var opened = 0
    }

    typealias Baking =
        @Sendable (_ avatar: String, _ report: (BakeProgress) -> Void, _ isCanceled: @Sendable () -> Bool) throws ->
        BakeReport

    private let state = Mutex(State())
    private let baking: Baking

    init(baking: @escaping Baking = { _, _, _ in .test() }) {
        self.baking = baking
    }

    /// Puts a baked file where there was none, or another in its place.
    func put(_ avatar: String, _ report: BakeReport = .test(), digest: String = "d1", isDamaged: Bool = false) {
        state.withLock { $0.files[avatar] = File(digest: digest, report: report, isDamaged: isDamaged) }
    }

    /// How often a file was opened.
    var opened: Int { state.withLock { $0.opened } }

    func stamp(of avatar: Avatar) -> String {
        state.withLock { state in
            state.files[avatar.name].map { "\($0.digest) \($0.report) \($0.isDamaged)" } ?? ""
        }
    }

    func open(_ avatar: Avatar) throws -> OpenBake? {
        try state.withLock { state in
            guard let file = state.files[avatar.name] else { return nil }
            state.opened += 1
            if file.isDamaged { throw EngineError(.malformed, avatar.name, found: "damage") }
            return OpenBake(
                path: "\(avatar.name).baked", digest: file.digest, bytes: 7, report: file.report,
                makeRenderer: { FlatRenderer() })
        }
    }

    func open(_ avatar: Avatar, path: String) throws -> OpenBake {
        guard let bake = try open(avatar) else { throw EngineError(.unreadable, path, found: "no such file") }
        return bake
    }

    func bake(_ avatar: Avatar, report: (BakeProgress) -> Void, isCanceled: @Sendable () -> Bool) throws {
        put(avatar.name, try baking(avatar.name, report, isCanceled))
    }
}

/// Green frames, every other of which is out of range.
private final class FlatRenderer: PictureRenderer {
    private let count = Atomic(0)

    var framesOutOfRange: Int { count.load(ordering: .relaxed) / 2 }

    func render(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Frame {
        throw EngineError(.unsupported, "render", found: "frames of floating-point numbers, which nobody should want")
    }

    func picture(_ request: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> Picture {
        count.wrappingAdd(1, ordering: .relaxed)
        let (width, height) = (request.camera.width, request.camera.height)
        return Picture(
            width: width, height: height, channels: 3,
            bytes: (0..<width * height).flatMap { _ in [0, 200, 0] as [UInt8] })
    }
}

extension BakeReport {
    /// - Parameter whole: PSNR over the frame on average, dB.
    static func test(_ whole: Double = 44.25) -> BakeReport {
        BakeReport(
            frames: 20, whole: Decibels(mean: whole, worst: whole - 1.5), mouth: Decibels(mean: 41, worst: 39),
            flicker: 0.25, truth: 52, seconds: 780)
    }
}
