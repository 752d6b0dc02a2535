import Foundation

extension AvatarFolder {
    /// The facts about a folder, however broken: every part is looked at by itself, and what is wrong becomes a problem.
    /// - Parameters: as `load`.
    public static func examine(path: String, decodeImage: (String) throws -> Picture) -> AvatarFacts {
        var facts = AvatarFacts(name: URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent, folder: path)
        func attempt<Value>(_ work: () throws(EngineError) -> Value) -> Value? {
            do {
                return try work()
            } catch {
                if !facts.problems.contains(error.description) { facts.problems.append(error.description) }
                return nil
            }
        }
        guard let files = attempt({ () throws(EngineError) in try AvatarFiles(folder: path) }) else { return facts }

        let configurationFile = attempt { () throws(EngineError) in try files.configuration() }
        facts.configurationFile = configurationFile.map { fact($0, in: path) }
        facts.configuration = configurationFile.flatMap { file in attempt { () throws(EngineError) in try TrainingConfig.read(path: file) } }
        let configuration = facts.configuration ?? TrainingConfig()

        if let pair = attempt({ () throws(EngineError) in try files.checkpoints(configuration) }) {
            facts.head = attempt { () throws(EngineError) in try checkpoint(pair.head, in: path) }
            facts.body = attempt { () throws(EngineError) in try checkpoint(pair.body, in: path) }
            facts.fingerprint = attempt { () throws(EngineError) in try Fingerprint.sha256(of: [pair.head, pair.body]) }
        }
        if let file = attempt({ () throws(EngineError) in try files.background() }) {
            facts.backgroundFile = fact(file, in: path)
            facts.picture = attempt { () throws(EngineError) in try background(file, decodeImage) }
                .map { AvatarFacts.Size(width: $0.width, height: $0.height) }
        }
        _ = attempt { () throws(EngineError) in try files.trainingTrack() }
        let read = files.tracks.compactMap { file in
            attempt { () throws(EngineError) in try PoseTrack.read(path: file, stride: configuration.poseStride) }
        }
        let others = files.possibleTracks.compactMap { try? PoseTrack.read(path: $0, stride: configuration.poseStride) }
        let tracks = (read + others).sorted { NaturalOrder.precedes($0.name, $1.name) }
        let standard = defaultTrack(of: tracks, configuration)?.name ?? "transforms_train"
        facts.tracks = tracks.map {
            AvatarFacts.Track(
                name: $0.name, frames: $0.poses.count, focal: $0.focal, centerX: $0.centerX, centerY: $0.centerY,
                isDefault: $0.name == standard)
        }
        facts.features = (attempt { () throws(EngineError) in try featureFiles(files, configuration) } ?? [])
            .map { AvatarFacts.Features(file: fact($0.path, in: path), frames: $0.frames) }
        // What only the parts together show.
        _ = attempt { () throws(EngineError) in try load(path: path, decodeImage: decodeImage) }
        return facts
    }

    private static func fact(_ file: String, in folder: String) -> AvatarFacts.File {
        var status = stat()
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return AvatarFacts.File(
            path: file.hasPrefix(prefix) ? String(file.dropFirst(prefix.count)) : file,
            bytes: stat(file, &status) == 0 ? Int(status.st_size) : 0)
    }

    private static func checkpoint(_ file: String, in folder: String) throws(EngineError) -> AvatarFacts.Checkpoint {
        let checkpoint = try TorchCheckpoint.open(file)
        let dictionaries = checkpoint.dictionaryNames.sorted().map { name in
            let tensors = (checkpoint.shapes(in: name) ?? [:])
                .map { AvatarFacts.TensorFact(name: $0.key, shape: $0.value) }
                .sorted { NaturalOrder.precedes($0.name, $1.name) }
            return AvatarFacts.Dictionary(name: name, parameters: sum(tensors.map { Extents.count($0.shape) ?? 0 }), tensors: tensors)
        }
        return AvatarFacts.Checkpoint(
            file: fact(file, in: folder), container: "\(checkpoint.container)", step: checkpoint.globalStep,
            parameters: sum(dictionaries.map(\.parameters)), dictionaries: dictionaries)
    }

    /// Declared sizes are the file's word, and may add up to anything.
    private static func sum(_ counts: [Int]) -> Int {
        counts.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int.max : $0 + $1 }
    }
}
