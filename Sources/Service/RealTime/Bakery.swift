import Engine
import Foundation
import Logging
import Studio
import Synchronization

/// Knows which avatars are baked for real time, and bakes the others, one at a time, while no job has work to do.
final class Bakery: Sendable {
    private struct State {
        var schedule: BakeSchedule
        /// The names, as people know them, of avatars that wait, by the schedule's.
        var names: [String: String] = [:]
        var shelved: [String: Shelved] = [:]
    }

    /// What was found when an avatar's baked file was last opened.
    private struct Shelved {
        var stamp: String
        var bake: OpenBake?
    }

    /// PSNR over the frame, in dB, that a baked avatar must reach on average.
    let floor: Double
    /// What goes before baking.
    let activity = Activity()
    private let outOfRange = Atomic(0)
    private let library: AvatarLibrary
    private let workshop: any BakeWorkshop
    private let mode: BakeMode
    private let logger: Logger
    private let state: Mutex<State>
    /// Files are opened by one at a time, apart from the state, because it takes long.
    private let opening = Mutex(())
    private let stopped = CancellationFlag()
    private let news = DispatchSemaphore(value: 0)
    /// How often the folder of avatars is looked at, in seconds.
    private static let interval = 10.0

    init(
        library: AvatarLibrary, workshop: any BakeWorkshop, mode: BakeMode, floor: Double, logger: Logger
    ) {
        self.library = library
        self.workshop = workshop
        self.mode = mode
        self.floor = floor
        self.logger = logger
        state = Mutex(State(schedule: BakeSchedule(mode: mode)))
    }

    // MARK: asking

    /// How an avatar stands; one that is not baked is put in the queue if all are to be baked.
    func status(of avatar: Avatar) -> BakeStatus {
        look(at: avatar).status
    }

    /// The quality that a job gets of an avatar, and the baked file if it is real time.
    ///
    /// - Parameter asked: nil where the client leaves it to the server.
    func choice(for avatar: Avatar, asked: Quality?) -> (QualityChoice, OpenBake?) {
        let (status, bake) = look(at: avatar)
        let choice = QualityChoice(asked: asked, status: status, floor: floor)
        return (choice, choice.quality == .realtime ? bake : nil)
    }

    /// The avatar's baked file, whatever it is worth; nil if there is none.
    func baked(_ avatar: Avatar) -> OpenBake? { bake(of: avatar) }

    /// A job would like to have an avatar in real time.
    func want(_ avatar: Avatar) {
        guard bake(of: avatar) == nil else { return }
        _ = enqueue(avatar) { $0.wanted($1) }
    }

    private func look(at avatar: Avatar) -> (status: BakeStatus, bake: OpenBake?) {
        guard let bake = bake(of: avatar) else { return (enqueue(avatar) { $0.found($1) }, nil) }
        let report = bake.report
        // Whatever is no number is worth nothing.
        return (report.whole.mean >= floor ? .ready(report) : .refused(report), bake)
    }

    /// The baked file that a job was planned with.
    ///
    /// - Throws: `JobFailure` if it is not there any more: frames of another would not go with those that are rendered.
    func bake(of avatar: Avatar, path: String, digest: String) throws -> OpenBake {
        if let bake = bake(of: avatar), bake.digest == digest { return bake }
        if let bake = try? workshop.open(avatar, path: path), bake.digest == digest { return bake }
        throw JobFailures.bakeReplaced(avatar.name)
    }

    /// Frames rendered in real time whose code or pose was beyond what is baked, since the start of this program.
    var framesOutOfRange: Int { outOfRange.load(ordering: .relaxed) }

    func note(framesOutOfRange count: Int) {
        outOfRange.wrappingAdd(count, ordering: .relaxed)
    }

    /// Avatars by the name of their status, and how far the one is that is being baked.
    func summary() -> (counts: [String: Int], progress: BakeProgress?) {
        var counts: [String: Int] = [:]
        var current: BakeProgress?
        for name in library.names() {
            guard let loaded = try? library.avatar(name) else { continue }
            let status = status(of: loaded.avatar)
            counts[status.name, default: 0] += 1
            if case .baking(let progress) = status { current = progress }
        }
        return (counts, current)
    }

    // MARK: baking

    /// Bakes until stopped, on the calling thread.
    func run() {
        while !stopped.isSet {
            findAll()
            guard bakeNext() else {
                _ = news.wait(timeout: .now() + Self.interval)
                continue
            }
        }
    }

    /// Stops within a second or so; what is half done goes on at the next start.
    func stop() {
        stopped.set()
        news.signal()
    }

    /// Opens what is baked, so that no job has to wait for that, and finds what is not.
    private func findAll() {
        for name in library.names() where !stopped.isSet {
            // What is wrong with an avatar is said where avatars are listed.
            if let loaded = try? library.avatar(name) { _ = status(of: loaded.avatar) }
        }
    }

    /// Bakes the next avatar that waits.
    ///
    /// - Returns: whether there was one.
    func bakeNext() -> Bool {
        activity.waitUntilQuiet { stopped.isSet }
        guard !stopped.isSet else { return false }
        guard let key = state.withLock({ $0.schedule.begin() }) else { return false }
        let outcome = bake(key)
        state.withLock { state in
            state.schedule.ended(outcome)
            if outcome != .interrupted { state.names[key] = nil }
        }
        return outcome != .interrupted
    }

    private func bake(_ key: String) -> BakeSchedule.Outcome {
        guard let name = state.withLock({ $0.names[key] }), let loaded = try? library.avatar(name),
            Self.key(loaded.avatar) == key
        else { return .done }
        logger.info("baking", metadata: ["avatar": "\(name)"])
        return bake(name, loaded.avatar)
    }

    private func bake(_ name: String, _ avatar: Avatar) -> BakeSchedule.Outcome {
        let isCanceled = pausing()
        do {
            try workshop.bake(
                avatar, report: { progress in state.withLock { $0.schedule.progressed(progress) } },
                isCanceled: isCanceled)
            guard let bake = bake(of: avatar) else {
                throw EngineError(.unreadable, name, found: "no baked file after baking")
            }
            let report = bake.report
            logger.info(
                "baked",
                metadata: [
                    "avatar": "\(name)", "seconds": "\(report.seconds)", "bytes": "\(bake.bytes)",
                    "frame": "\(QualityChoice.decibels(report.whole.mean))",
                    "mouth": "\(QualityChoice.decibels(report.mouth.mean))",
                    "goodEnough": "\(report.whole.mean >= floor)",
                ])
            return .done
        } catch let error as EngineError where error.code == .canceled {
            logger.info("baking interrupted", metadata: ["avatar": "\(name)"])
            return .interrupted
        } catch {
            logger.warning("not baked", metadata: ["avatar": "\(name)", "error": "\(error)"])
            return .failed(library.publicText("\(error)"))
        }
    }

    /// Asked whether to stop, the thread that bakes waits while jobs have work. The engine's helpers, which ask too, are let
    /// go on: they finish the little that is open and are then free for the jobs.
    private func pausing() -> @Sendable () -> Bool {
        let own = pthread_self()
        return { [activity, stopped] in
            if pthread_equal(own, pthread_self()) != 0 { activity.waitUntilQuiet { stopped.isSet } }
            return stopped.isSet
        }
    }

    // MARK: files

    /// The avatar's baked file, opened when it comes or is replaced.
    private func bake(of avatar: Avatar) -> OpenBake? {
        let key = Self.key(avatar)
        return opening.withLock { _ in
            let stamp = workshop.stamp(of: avatar)
            if let known = state.withLock({ $0.shelved[key] }), known.stamp == stamp { return known.bake }
            var bake: OpenBake?
            do {
                bake = stamp.isEmpty ? nil : try workshop.open(avatar)
            } catch {
                logger.warning("baked file not used", metadata: ["avatar": "\(avatar.name)", "error": "\(error)"])
            }
            state.withLock { state in
                state.shelved[key] = Shelved(stamp: stamp, bake: bake)
                if bake != nil { state.schedule.settled(key) }
            }
            return bake
        }
    }

    private func enqueue(
        _ avatar: Avatar, _ enqueue: (inout BakeSchedule, _ key: String) -> Bool
    ) -> BakeStatus {
        let key = Self.key(avatar)
        let (status, isNew) = state.withLock { state in
            let isNew = enqueue(&state.schedule, key)
            if isNew { state.names[key] = avatar.name }
            return (BakeStatus(state.schedule.state(of: key)), isNew)
        }
        if isNew { news.signal() }
        return status
    }

    private static func key(_ avatar: Avatar) -> String { "\(avatar.fingerprint) \(avatar.folder)" }
}

extension BakeStatus {
    /// Of an avatar without a baked file.
    init(_ state: BakeSchedule.State) {
        switch state {
        case .none: self = .none
        case .waiting: self = .waiting
        case .baking(let progress): self = .baking(progress)
        case .failed(let reason): self = .failed(reason)
        }
    }
}
