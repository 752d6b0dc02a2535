import Engine

/// An avatar's facts as text: names on the left, aligned, what is known of them on the right.
struct FactsTable {
    private var table = TextTable()
    private let problems: [String]

    /// - Parameter bake: its baked file, where there is one.
    init(_ facts: AvatarFacts, bake: BakedFileFacts? = nil) {
        problems = facts.problems
        add("avatar", facts.name)
        add("folder", facts.folder)
        add("fingerprint", facts.fingerprint)
        add("picture", facts.picture.map { "\($0.width) x \($0.height)" })
        add("background", facts.backgroundFile.map(Self.file))
        add("configuration", facts.configurationFile.map(Self.file))
        if let configuration = facts.configuration { add(configuration) }
        for (name, checkpoint) in [("head", facts.head), ("body", facts.body)] {
            if let checkpoint { add(name, checkpoint) }
        }
        for track in facts.tracks { add(track) }
        for features in facts.features {
            add("features", "\(Self.file(features.file)), \(features.frames) frames")
        }
        if let bake { table.add(bake) }
    }

    /// Lines without a line feed at the end.
    var text: String {
        var lines = table.lines
        if !problems.isEmpty { lines += ["", "What is wrong:"] + problems.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }

    private mutating func add(_ name: String, _ value: String?) {
        table.add(name, value)
    }

    private mutating func add(_ configuration: TrainingConfig) {
        add("  depth range", "\(configuration.near) to \(configuration.far)")
        add("  samples", "\(configuration.sampleCount) + \(configuration.importanceCount)")
        add("  networks", "\(configuration.depth) layers of \(configuration.width)")
        if (configuration.fineDepth, configuration.fineWidth) != (configuration.depth, configuration.width) {
            add("  fine networks", "\(configuration.fineDepth) layers of \(configuration.fineWidth)")
        }
        add("  audio code", "\(configuration.codeSize) (head), \(configuration.torsoCodeSize) (torso)")
        add("  starts at", configuration.audioStart == 0 ? nil : "feature row \(configuration.audioStart)")
    }

    private mutating func add(_ name: String, _ checkpoint: AvatarFacts.Checkpoint) {
        let step = checkpoint.step.map { "step \(Self.grouped($0))" } ?? "step unknown"
        let parameters = "\(Self.grouped(checkpoint.parameters)) parameters"
        add(name, "\(Self.file(checkpoint.file)), \(checkpoint.container) container, \(step), \(parameters)")
        for dictionary in checkpoint.dictionaries {
            let tensors = "\(dictionary.tensors.count) tensors"
            add("  \(dictionary.name)", "\(tensors), \(Self.grouped(dictionary.parameters)) parameters")
            for tensor in dictionary.tensors {
                let extents = tensor.shape.map(String.init).joined(separator: " x ")
                add("    \(tensor.name)", extents.isEmpty ? "scalar" : extents)
            }
        }
    }

    private mutating func add(_ track: AvatarFacts.Track) {
        let camera = "focal length \(track.focal), centre (\(track.centerX), \(track.centerY))"
        add("track", "\(track.name), \(track.frames) poses, \(camera)\(track.isDefault ? ", the default" : "")")
    }

    private static func file(_ file: AvatarFacts.File) -> String {
        "\(file.path) (\(grouped(file.bytes)) bytes)"
    }

    /// Digits in threes, as `5,459,723`.
    private static func grouped(_ number: Int) -> String {
        var groups: [String] = []
        var rest = Substring(String(number.magnitude))
        while !rest.isEmpty {
            groups.insert(String(rest.suffix(3)), at: 0)
            rest = rest.dropLast(3)
        }
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}
