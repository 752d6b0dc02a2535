import Engine
import Foundation
import Jobs
import Logging
import Media

/// Keeps a folder like the avatars that are published in the engine.
///
/// What changes is fetched beside it, verified and loaded, and only then takes its place, in one step: who reads meanwhile
/// finds the old avatar or the new one. While the engine does not answer, what was fetched stays.
actor PublishedAvatars {
    /// A publication that is not taken, and until when.
    private struct Refusal {
        let folder: PublishedFolder
        let end: Date
    }

    /// In each avatar's folder: the digest of what was fetched.
    private static let mark = ".published"
    /// Seconds after which what went wrong is tried again.
    private static let patience: TimeInterval = 60

    private let store: any FolderStore
    private let folder: String
    private let interval: Duration
    private let clock: JobClock
    private let logger: Logger
    /// Digests of the avatars that are there and were verified, by name.
    private var kept: [String: String] = [:]
    private var refused: [String: Refusal] = [:]
    private var isAnswered = true

    /// - Parameters:
    ///   - folder: made when missing, and nobody else's.
    ///   - interval: from one look at the engine to the next.
    init(
        store: any FolderStore, folder: String, interval: Duration = .seconds(5), clock: JobClock = .system,
        logger: Logger
    ) {
        self.store = store
        self.folder = folder
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    /// Until the task is cancelled.
    func run() async {
        repeat {
            await look()
        } while (try? await clock.sleep(interval)) != nil
    }

    /// Makes the folder like what is published just now.
    func look() async {
        do {
            let published = try await store.published()
            if !isAnswered { logger.info("published avatars are followed again") }
            isAnswered = true
            await removeAll(except: Set(published.map(\.name)))
            for avatar in published { try await keep(avatar) }
        } catch is CancellationError {
            return
        } catch {
            if isAnswered { logger.warning("published avatars are not followed", metadata: ["error": "\(error)"]) }
            isAnswered = false
        }
    }

    /// Removes avatars that are published no more, and what was left unfinished.
    private func removeAll(except names: Set<String>) async {
        let folder = folder
        let removed = await Blocking.run { () -> [String] in
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let others = entries.filter { !names.contains($0) }
            for name in others { FolderSwap.remove("\(folder)/\(name)") }
            return others.filter { !$0.hasPrefix(".") }
        }
        for name in removed { logger.info("published avatar removed", metadata: ["avatar": "\(name)"]) }
        kept = kept.filter { names.contains($0.key) }
        refused = refused.filter { names.contains($0.key) }
    }

    /// - Throws: `CancellationError` alone.
    private func keep(_ avatar: PublishedFolder) async throws {
        let name = avatar.name
        guard kept[name] != avatar.digest else { return }
        if let refusal = refused[name], refusal.folder == avatar, clock.now() < refusal.end { return }
        let place = "\(folder)/\(name)"
        do {
            let isThere = await Blocking.run { Self.isIntact(avatar, at: place) }
            if !isThere {
                let start = ContinuousClock.now
                try await fetch(avatar, to: place)
                logger.info(
                    "published avatar fetched",
                    metadata: [
                        "avatar": "\(name)", "digest": "\(avatar.digest)", "bytes": "\(avatar.bytes)",
                        "seconds": "\((ContinuousClock.now - start) / .seconds(1))",
                    ])
            }
            kept[name] = avatar.digest
            refused[name] = nil
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as JobsError where error.code == .conflict {
            // The next look finds what is there instead.
            logger.debug("published avatar changed", metadata: ["avatar": "\(name)", "error": "\(error)"])
        } catch {
            // What is wrong with its files stays wrong.
            let end = error is EngineError ? Date.distantFuture : clock.now() + Self.patience
            refused[name] = Refusal(folder: avatar, end: end)
            logger.warning(
                "published avatar not used",
                metadata: ["avatar": "\(name)", "digest": "\(avatar.digest)", "error": "\(error)"])
        }
    }

    private func fetch(_ avatar: PublishedFolder, to place: String) async throws {
        let unfinished = "\(folder)/.\(UUID().uuidString)"
        // Errors name the avatar by its folder.
        let fetched = "\(unfinished)/\(avatar.name)"
        do {
            try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            try await store.fetch(avatar, to: fetched)
            try await Blocking.run {
                try Self.check(avatar, at: fetched)
                try Data(avatar.digest.utf8).write(to: URL(fileURLWithPath: "\(fetched)/\(Self.mark)"))
                try FolderSwap.put(fetched, at: place)
            }
        } catch {
            await Blocking.run { FolderSwap.remove(unfinished) }
            throw error
        }
        await Blocking.run { FolderSwap.remove(unfinished) }
    }

    /// - Throws: what is wrong with an avatar; `.inconsistent` if it is another than the publisher's.
    private static func check(_ folder: PublishedFolder, at path: String) throws {
        guard let details = AvatarDetails(folder.details) else {
            throw EngineError(
                .malformed, folder.name, found: "no avatar", expected: "what 'adnerf avatar push' publishes",
                remedy: "remove it from the engine")
        }
        let avatar = try AvatarFolder.load(path: path, decodeImage: PictureFile.read)
        guard avatar.fingerprint == details.fingerprint else {
            throw EngineError(
                .inconsistent, folder.name, found: "the fingerprint \(avatar.fingerprint)",
                expected: details.fingerprint, remedy: "publish it again")
        }
    }

    /// Whether an avatar was fetched before, by this program or one before, and its files are still what they were.
    private static func isIntact(_ folder: PublishedFolder, at place: String) -> Bool {
        guard let mark = FileManager.default.contents(atPath: "\(place)/\(mark)"), mark == Data(folder.digest.utf8)
        else {
            return false
        }
        return folder.files.allSatisfy { file in
            (try? SHA256Digest.hexadecimal(file: "\(place)/\(file.path)")) == file.digest
        }
    }
}
