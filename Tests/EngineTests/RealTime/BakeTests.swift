import Foundation
import Synchronization
import Testing

@testable import Engine

/// Baking and real-time rendering, on an avatar that is made of two octahedra.
@Suite struct BakeTests {
    private let avatar = Octahedron.avatar()

    private var settings: BakeSettings {
        var settings = BakeSettings()
        (settings.snapshots, settings.torsoSnapshots, settings.resolution) = (10, 12, 1.0 / 16)
        return settings
    }

    /// Codes whose first value swells both octahedra, poses that turn.
    private func request(_ k: Int, swell: Float = 1) -> FrameRequest {
        var request = Octahedron.request(avatar, frame: 0)
        let phase = Float(k)
        request.pose = Octahedron.pose(turn: 0.08 * sin(0.7 * phase))
        request.code = [swell * (2 + 2 * sin(0.37 * phase)), 0.5 * cos(phase), -0.5, 1]
        return request
    }

    private var frames: BakeFrames {
        BakeFrames(
            training: (0..<60).map { request($0) },
            heldOut: (0..<12).map { (request(100 + 3 * $0), request(101 + 3 * $0)) })
    }

    private func baker(_ avatar: Avatar? = nil, settings: BakeSettings? = nil, threads: Int = 2) throws -> Baker {
        try Baker(
            avatar ?? self.avatar, frames: frames, settings: settings ?? self.settings, threads: threads, cache: nil)
    }

    private func bake(_ folder: ScratchFolder, _ name: String = "a.bake", threads: Int = 2) throws -> BakedAvatar {
        let path = "\(folder.path)/\(name)"
        _ = try baker(threads: threads).bake(to: path, report: { _ in }, isCanceled: { false })
        return try BakedAvatar(path: path, avatar: avatar)
    }

    private func exact(_ request: FrameRequest) throws -> Frame {
        let fields = try AvatarFields(avatar, variant: .portable)
        return try ExactRenderer(fields: fields, sampling: SamplingOptions(avatar.configuration), threads: 2)
            .render(request, isCanceled: { false })
    }

    @Test func unseenFramesAreFaithful() throws {
        let folder = try ScratchFolder()
        let baked = try bake(folder)
        #expect(baked.report.frames == 20 && baked.report.whole.mean >= 38 && baked.report.whole.worst >= 36)
        #expect(baked.report.truth >= 50 && baked.report.flicker < 2 && baked.report.seconds > 0)
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/a.bake"))
        #expect(baked.bytes == file.count)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/a.bake.partial"))
        let renderer = RealTimeRenderer(baked, threads: 2)
        for k in [205, 217, 233] {
            let frame = try renderer.render(request(k), isCanceled: { false })
            let truth = try exact(request(k))
            #expect(Difference.psnr(frame.rgb, truth.rgb) >= 36)
            let picture = try renderer.picture(request(k), isCanceled: { false })
            let errors = zip(picture.bytes, frame.rgb).map { abs(Float($0) - min(max($1, 0), 1) * 255) }
            #expect(errors.allSatisfy { $0 <= 1.01 })
        }
        #expect(renderer.framesOutOfRange == 0)
    }

    @Test func everyKindOfFrameIsFaithful() throws {
        let folder = try ScratchFolder()
        let renderer = RealTimeRenderer(try bake(folder), threads: 3)
        for (background, headOnly) in [
            (Background.transparent, false), (.transparent, true), (.color(SIMD3(0.2, 0.9, 0.4)), false),
        ] {
            var request = request(207)
            (request.background, request.headOnly) = (background, headOnly)
            let (frame, truth) = (try renderer.render(request, isCanceled: { false }), try exact(request))
            #expect(Difference.psnr(frame.rgb, truth.rgb) >= 36)
            #expect((frame.alpha == nil) == (truth.alpha == nil))
            if let alpha = frame.alpha, let expected = truth.alpha { #expect(Difference.psnr(alpha, expected) >= 36) }
            let picture = try renderer.picture(request, isCanceled: { false })
            #expect(picture.channels == (background == .transparent ? 4 : 3))
        }
        for scale: Float in [0.5, 1.7] {
            var request = request(209)
            let camera = request.camera
            request.camera = Camera(
                width: Int(Float(camera.width) * scale), height: Int(Float(camera.height) * scale),
                focal: camera.focal * scale, centerX: camera.centerX * scale, centerY: camera.centerY * scale)
            request.background = .color(SIMD3(0.1, 0.2, 0.3))
            let frame = try renderer.render(request, isCanceled: { false })
            let truth = try exact(request)
            #expect(Difference.psnr(frame.rgb, truth.rgb) >= 33, "times \(scale)")
        }
    }

    @Test func theSameBakeGivesTheSamePictures() throws {
        let folder = try ScratchFolder()
        let (first, second) = (try bake(folder, "a.bake"), try bake(folder, "b.bake", threads: 3))
        #expect(first.digest == second.digest)
        let (one, two) = (RealTimeRenderer(first, threads: 1), RealTimeRenderer(second, threads: 3))
        for k in [211, 213] {
            let pictures = try [one, two].map { try $0.picture(request(k), isCanceled: { false }) }
            #expect(pictures[0] == pictures[1])
        }
    }

    /// Blocks that a frame does not show are not mixed for it, and must be for the next one that shows them.
    @Test func picturesDoNotDependOnThoseBefore() throws {
        let folder = try ScratchFolder()
        let baked = try bake(folder)
        let renderer = RealTimeRenderer(baked, threads: 2)
        for k in [301, 302, 303, 304] {
            var request = request(k)
            // By turns all of it and a corner.
            let camera = request.camera
            if k % 2 == 0 {
                request.camera = Camera(
                    width: camera.width, height: camera.height, focal: camera.focal, centerX: camera.centerX + 30,
                    centerY: camera.centerY)
            }
            let fresh = try RealTimeRenderer(baked, threads: 1).picture(request, isCanceled: { false })
            #expect(try renderer.picture(request, isCanceled: { false }) == fresh, "\(k)")
        }
    }

    /// A head whose points are too many for all snapshots gets fewer of them, and no coarser ones.
    @Test func aLittleLessThanIsNeededIsALittleLess() {
        let (few, many) = (HeadBaker.mostEvaluations / 200, HeadBaker.mostEvaluations / 100)
        let counts = [few, many, 10 * many].map {
            HeadBaker.snapshots(80, evaluations: HeadBaker.mostEvaluations, points: $0)
        }
        #expect(counts == [80, 72, 0])
        #expect(HeadBaker.snapshots(9, evaluations: HeadBaker.mostEvaluations, points: many) == 9)
    }

    /// Interrupted at every stage, a bake goes on where it was.
    @Test func interruptedBakesGoOn() throws {
        let folder = try ScratchFolder()
        let whole = try bake(folder, "whole.bake")
        let path = "\(folder.path)/parts.bake"
        let stages = Mutex<Set<String>>([])
        var interruptions = 0
        while interruptions < 40 {
            let isCanceled = Atomic<Bool>(false)
            do {
                _ = try baker().bake(
                    to: path,
                    report: { progress in
                        #expect((0...1).contains(progress.fraction))
                        let isNew = stages.withLock {
                            $0.insert("\(progress.stage) \(Int(progress.fraction * 50))").inserted
                        }
                        if isNew { isCanceled.store(true, ordering: .relaxed) }
                    }, isCanceled: { isCanceled.load(ordering: .relaxed) })
                break
            } catch let error as EngineError {
                #expect(error.code == .canceled)
                #expect(!FileManager.default.fileExists(atPath: path))
                interruptions += 1
            }
        }
        #expect(interruptions > 5)
        let parts = try BakedAvatar(path: path, avatar: avatar)
        #expect(parts.digest == whole.digest)
    }

    @Test func oddCodesAreToldAndNeverGarbage() throws {
        let folder = try ScratchFolder()
        let renderer = RealTimeRenderer(try bake(folder), threads: 2)
        for (k, swell) in [(0, Float(30)), (1, 300), (2, 1_000)] {
            let picture = try renderer.picture(request(k, swell: swell), isCanceled: { false })
            // Still a picture of two octahedra: the corners show the background.
            #expect(picture.bytes.prefix(9).elementsEqual(avatar.background.bytes.prefix(9)))
        }
        #expect(renderer.framesOutOfRange == 3)
    }

    @Test func littleTimeMakesASmallerBake() throws {
        let folder = try ScratchFolder()
        let whole = try bake(folder)
        var settings = settings
        settings.timeBudget = 0.001
        let path = "\(folder.path)/small.bake"
        let report = try baker(settings: settings).bake(to: path, report: { _ in }, isCanceled: { false })
        let small = try BakedAvatar(path: path, avatar: avatar)
        #expect(small.bytes < whole.bytes && small.header.grid.spacing.x > whole.header.grid.spacing.x)
        #expect(report.whole.mean > 10)
    }

    @Test func fogIsRefused() throws {
        let fog = Octahedron.avatar(head: Octahedron(center: .zero, radius: 30, peak: 400))
        let folder = try ScratchFolder()
        let error = #expect(throws: EngineError.self) {
            try baker(fog).bake(to: "\(folder.path)/a.bake", report: { _ in }, isCanceled: { false })
        }
        #expect(error?.code == .unsupported)
        // With what it would have been worth.
        let forecast = try #require(String(describing: error).firstMatch(of: /worth ([0-9.]+) dB at best/))
        #expect(try #require(Double(forecast.1)) > 10)
    }

    @Test func whereExactFramesAreDearRaysAreMeasured() throws {
        let folder = try ScratchFolder()
        let baked = try bake(folder)
        let renderer = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: 2, cache: nil)
        func measured() throws -> BakeReport {
            try BakeFidelity(
                exact: renderer, subject: RealTimeRenderer(baked, threads: 2), mouth: baked.mouth, seed: 3
            ).measure(
                (0..<4).map { (request(100 + 3 * $0), request(101 + 3 * $0)) }, done: { _ in }, isCanceled: { false })
        }
        // It does not know yet that marching is faithful.
        let rays = try measured()
        try renderer.prepare(for: [request(100)], report: { _ in }, isCanceled: { false })
        let whole = try measured()
        #expect(rays.frames == 8 && rays.raysPerFrame == 200 && whole.frames == 8 && whole.raysPerFrame == nil)
        #expect(abs(rays.whole.mean - whole.whole.mean) < 4)
    }

    @Test func cancellingStopsAFrame() throws {
        let folder = try ScratchFolder()
        let renderer = RealTimeRenderer(try bake(folder), threads: 2)
        #expect(throws: EngineError.self) { try renderer.picture(request(0), isCanceled: { true }) }
    }

    // MARK: the file

    @Test func otherCheckpointsAreRefused() throws {
        let folder = try ScratchFolder()
        _ = try bake(folder)
        let error = #expect(throws: EngineError.self) {
            try BakedAvatar(path: "\(folder.path)/a.bake", avatar: Octahedron.avatar(fingerprint: "beef"))
        }
        #expect(error?.code == .inconsistent)
    }

    @Test func damagedFilesAreRefused() throws {
        let folder = try ScratchFolder()
        _ = try bake(folder)
        let path = "\(folder.path)/a.bake"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func open(_ bytes: [UInt8]) throws {
            let damaged = "\(folder.path)/damaged.bake"
            try Data(bytes).write(to: URL(fileURLWithPath: damaged))
            _ = try BakedAvatar(path: damaged, avatar: avatar)
        }
        try open(bytes)
        for count in [0, 1, 8, 12, 100, bytes.count / 2, bytes.count - 1] {
            #expect(throws: EngineError.self) { try open(Array(bytes.prefix(count))) }
        }
        for k in 0..<40 {
            var changed = bytes
            changed[(bytes.count - 1) * k / 39] ^= 0x10
            #expect(throws: EngineError.self, "change \(k)") { try open(changed) }
        }
    }

    /// Even who can compute the checksum gets no more than a refusal.
    @Test(arguments: [
        ("\"version\":\(BakeHeader.version)", "\"version\":1"), ("\"headGlobal\":[", "\"headGlobal\":[9"),
        ("\"headGlobal\":[", "\"headGlobal\":[1,"), ("\"usualMisfit\":[", "\"usualMisfit\":[1,"),
        ("\"torsoGlobal\":", "\"torsoGlobal\":-"),
        ("\"width\":40", "\"width\":80"), ("\"axes\":[0,1,2]", "\"axes\":[0,1,1]"), ("\"offset\":0", "\"offset\":99"),
        ("\"offset\":0", "\"offset\":-64"), ("\"report\":", "\"repor\":"),
        ("\"size\":[", "\"size\":[9"), ("\"headMean\":", "\"headMen\":"),
    ])
    func forgedHeadersAreRefused(change: (from: String, to: String)) throws {
        let folder = try ScratchFolder()
        _ = try bake(folder)
        let path = "\(folder.path)/a.bake"
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let length = Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16
        let header = String(decoding: bytes[12..<12 + length], as: UTF8.self)
        var forged = [UInt8](header.replacing(change.from, with: change.to).utf8)
        try #require(forged != [UInt8](header.utf8))
        // The padding after the header takes up a few bytes more or less.
        let room = (12 + length + 63) / 64 * 64 - 12
        try #require(forged.count <= room)
        let count = forged.count
        forged += [UInt8](repeating: 0, count: room - forged.count)
        bytes.replaceSubrange(12..<12 + room, with: forged)
        (bytes[8], bytes[9], bytes[10]) = (UInt8(count & 255), UInt8(count >> 8 & 255), UInt8(count >> 16))
        bytes = Array(bytes.dropLast(32))
        bytes += Fingerprint.digest(bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(throws: EngineError.self) { try BakedAvatar(path: path, avatar: avatar) }
    }
}
