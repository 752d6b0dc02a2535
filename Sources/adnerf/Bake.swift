import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf bake`: everything that real-time rendering needs, in one file.
struct Bake: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluates an avatar beforehand, so that it can be rendered in real time.",
        discussion: """
            Writes one file, by default beside the avatar or, where that cannot be written, under ~/.cache/adnerf, and prints \
            what it is worth: its pictures against exact ones. Ctrl-C stops; the same command then goes on where it stopped.
            """)

    @Argument(help: "The avatar's folder.")
    var avatar: String

    @Option(name: [.short, .long], help: ArgumentHelp("The baked file.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("The data folder of the server that the file is for.", valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Distance of the grid's points in shortest waves of the position's encoding. By default 0.125.",
            valueName: "waves"))
    var resolution: Float?

    @Option(
        help: ArgumentHelp(
            "Audio codes with cameras that the head is evaluated for; the mouth for four times as many. By default 64.",
            valueName: "count"))
    var snapshots: Int?

    @Option(
        help: ArgumentHelp(
            "The error that each brick's basis may leave, as a share of full scale. By default 0.001.",
            valueName: "error"))
    var rankTolerance: Float?

    @Option(
        help: ArgumentHelp(
            "How long it may take at most: resolution and snapshots are lowered to keep that.", valueName: "seconds"))
    var timeBudget: Double?

    @Option(help: ArgumentHelp("Of every random choice. By default 1.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Threads to compute with. By default one for each core.", valueName: "count"))
    var threads: Int?

    @Flag(help: "Bake anew even if there is a baked file.")
    var force = false

    func validate() throws {
        if output != nil && data != nil {
            throw ValidationError("--output and --data name two places: pass one of them")
        }
        if let resolution, !(0.02...1).contains(resolution) {
            throw ValidationError("--resolution \(resolution) is not between 0.02 and 1")
        }
        if let snapshots, !(1...10_000).contains(snapshots) {
            throw ValidationError("--snapshots \(snapshots) is not between 1 and 10000")
        }
        if let rankTolerance, !(1e-6...1).contains(rankTolerance) {
            throw ValidationError("--rank-tolerance \(rankTolerance) is not between 0.000001 and 1")
        }
        if let timeBudget, !(1...1e6).contains(timeBudget) {
            throw ValidationError("--time-budget \(timeBudget) is not between 1 and 1000000 seconds")
        }
        if let threads, !(1...1_024).contains(threads) {
            throw ValidationError("--threads \(threads) is not between 1 and 1024")
        }
    }

    func run() throws {
        let interruption = Interruption.watch()
        let avatar = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        let shelf = shelf(of: avatar)
        if !force, let known = try known(on: shelf) {
            Terminal.say("\(known.path): baked already, nothing to do; --force bakes it anew")
            return print(BakeTable(known).text)
        }
        let path = try shelf.placeToWrite()
        let reporter = BakeReporter(
            style: Terminal.progressStyle, clock: { ProcessInfo.processInfo.systemUptime }, output: Terminal.write)
        do {
            let baker = try Baker(
                avatar, settings: settings, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
                cache: ShortcutFile(avatar: avatar, folder: data.map(ServiceFolders.avatars)))
            defer { reporter.finish() }
            _ = try baker.bake(to: path, report: reporter.update, isCanceled: { interruption.isRequested })
        } catch let error as EngineError where error.code == .canceled {
            throw EngineError(
                .canceled, path, found: "interrupted", remedy: "the same command goes on where it stopped")
        }
        print(BakeTable(BakedFileFacts(path: path, try BakedAvatar(path: path, avatar: avatar))).text)
    }

    private func shelf(of avatar: Avatar) -> BakeShelf {
        if let output { return BakeShelf(avatar, paths: [output]) }
        guard let data else { return BakeShelf(avatar) }
        return BakeShelf(avatar, paths: BakedAvatar.paths(of: avatar, folder: ServiceFolders.avatars(data)).suffix(1))
    }

    /// The baked file that is there already, if it is any good.
    ///
    /// - Throws: `.unwritable` if a file is in the way that the user named and that is none of ours.
    private func known(on shelf: BakeShelf) throws(EngineError) -> BakedFileFacts? {
        do throws(EngineError) {
            return try shelf.open().map { BakedFileFacts(path: $0.path, $0.baked) }
        } catch {
            if let output {
                throw EngineError(
                    .unwritable, output, found: "a file that is no baked file of this avatar (\(error.found))",
                    expected: "none", remedy: "name another, or pass --force to replace it")
            }
            Terminal.note("\(error); it is baked anew")
            return nil
        }
    }

    private var settings: BakeSettings {
        var settings = BakeSettings()
        if let resolution { settings.resolution = resolution }
        if let snapshots { settings.snapshots = snapshots }
        if let rankTolerance { settings.rankTolerance = rankTolerance }
        if let seed { settings.seed = seed }
        settings.timeBudget = timeBudget
        return settings
    }
}
