import Foundation

/// Where the parts of an avatar lie in its folder (reference, item 16). Finding looks at names only.
struct AvatarFiles {
    let folder: String
    /// The regular files directly in the folder, in natural order.
    private let names: [String]

    /// - Throws: `.unreadable` if `folder` is no folder that can be listed.
    init(folder: String) throws(EngineError) {
        guard let names = Self.list(folder) else {
            throw EngineError(
                .unreadable, folder, found: "no such folder, or one that cannot be listed", expected: "an AD-NeRF folder",
                remedy: "check the path and its permissions")
        }
        self.folder = folder
        self.names = names.filter { Self.isFile(Self.join(folder, $0)) }
    }

    /// The folder's own name.
    var name: String { URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent }

    func configuration() throws(EngineError) -> String {
        for suffix in ["TorsoNeRFTest_config.txt", "TorsoNeRF_config.txt"] {
            if let name = names.last(where: { $0.hasSuffix(suffix) }) { return path(name) }
        }
        throw missing("*TorsoNeRFTest_config.txt or *TorsoNeRF_config.txt", remedy: "copy the training's configuration, which tells near and far")
    }

    func background() throws(EngineError) -> String {
        for name in ["bc.jpg", "bc.jpeg", "bc.png"] where names.contains(name) { return path(name) }
        throw missing("bc.jpg (or bc.png)", remedy: "copy the training's background picture")
    }

    /// `transforms_train.json`, whose first pose is the torso's camera.
    func trainingTrack() throws(EngineError) -> String {
        guard names.contains("transforms_train.json") else {
            throw missing("transforms_train.json", remedy: "copy the training's pose files")
        }
        return path("transforms_train.json")
    }

    /// `transforms*.json`, which must be pose tracks.
    var tracks: [String] { jsonNames.filter { $0.hasPrefix("transforms") }.map(path) }
    /// Other JSON, which may be pose tracks.
    var possibleTracks: [String] { jsonNames.filter { !$0.hasPrefix("transforms") }.map(path) }
    var arrays: [String] { names.filter { $0.hasSuffix(".npy") }.map(path) }

    /// The head's and the body's checkpoint: the last of each in natural order, from the first of these places that has both:
    /// the folder, the configuration's `basedir/expname` below it, `logs/*_com`.
    func checkpoints(_ configuration: TrainingConfig) throws(EngineError) -> (head: String, body: String) {
        var partial: EngineError?
        for place in checkpointPlaces(configuration) {
            guard let found = Self.list(place) else { continue }
            let files = found.filter { Self.isFile(Self.join(place, $0)) }
            let (head, body) = (files.last { $0.hasSuffix("head.tar") }, files.last { $0.hasSuffix("body.tar") })
            if let head, let body { return (Self.join(place, head), Self.join(place, body)) }
            guard let one = head ?? body, partial == nil else { continue }
            partial = EngineError(
                .inconsistent, place, found: "\(one) without a \(head == nil ? "*head.tar" : "*body.tar")",
                expected: "a *head.tar and a *body.tar", remedy: "copy both checkpoints of the torso's training")
        }
        if let partial { throw partial }
        throw missing("*head.tar and *body.tar, here or under logs/*_com", remedy: "copy both checkpoints of the torso's training")
    }

    private func checkpointPlaces(_ configuration: TrainingConfig) -> [String] {
        var places = [folder]
        let base = configuration.logFolder.split(separator: "/").filter { $0 != "." }.map(String.init)
        for below in [base, base.suffix(1)] where !configuration.experiment.isEmpty {
            let parts = below + [configuration.experiment]
            // A configuration may come from elsewhere: it chooses among what is below its own folder and nothing else.
            if !parts.contains(where: { $0 == ".." || $0.contains("/") }) { places.append(parts.reduce(folder, Self.join)) }
        }
        let logs = Self.join(folder, "logs")
        let experiments = (Self.list(logs) ?? []).filter { $0.hasSuffix("_com") }
        return places + experiments.reversed().map { Self.join(logs, $0) }
    }

    private var jsonNames: [String] { names.filter { $0.hasSuffix(".json") } }

    private func path(_ name: String) -> String { Self.join(folder, name) }

    private func missing(_ part: String, remedy: String) -> EngineError {
        EngineError(.inconsistent, folder, found: "no \(part)", expected: "an AD-NeRF folder", remedy: remedy)
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    private static func list(_ folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: folder).sorted(by: NaturalOrder.precedes)
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
