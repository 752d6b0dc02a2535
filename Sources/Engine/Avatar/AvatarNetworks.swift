/// The networks of a head and a body checkpoint, held against the configuration tensor by tensor before anything is read.
struct AvatarNetworks {
    let head: NetworkPair
    let torso: NetworkPair
    let audioNet: [String: Tensor]
    let attentionNet: [String: Tensor]

    /// - Throws: `.inconsistent` naming the file and the option or tensor that does not fit, swapped files above all;
    ///   `.invalidValue` for weights that are not finite; errors of the checkpoint readers.
    init(head: StateDictionaries, body: StateDictionaries, configuration: TrainingConfig) throws(EngineError) {
        try Self.refuseSwapped(head: head, body: body, configuration)
        self.head = try Self.pair(head, condition: configuration.codeSize, option: "dim_aud", configuration)
        torso = try Self.pair(
            body, condition: configuration.torsoCodeSize + PoseSignal.size, option: "dim_aud_body", configuration)
        audioNet = try Self.audioNet(head, configuration)
        attentionNet = try Self.attentionNet(head, configuration)
    }

    private enum Dictionary {
        static let coarse = "network_fn_state_dict"
        static let fine = "network_fine_state_dict"
        static let audio = "network_audnet_state_dict"
        static let attention = "network_audattnet_state_dict"
    }

    private static func shape(_ configuration: TrainingConfig, condition: Int, isFine: Bool) -> FaceNeRFShape {
        FaceNeRFShape(
            position: PositionalEncoding.size(octaves: configuration.positionOctaves), condition: condition,
            direction: PositionalEncoding.size(octaves: configuration.directionOctaves),
            width: isFine ? configuration.fineWidth : configuration.width,
            depth: isFine ? configuration.fineDepth : configuration.depth)
    }

    /// Only a head has the attention network, and at the release's sizes its networks take 127 columns against a torso's 169.
    private static func refuseSwapped(
        head: StateDictionaries, body: StateDictionaries, _ configuration: TrainingConfig
    ) throws(EngineError) {
        let expected = (
            head: shape(configuration, condition: configuration.codeSize, isFine: false).inputs,
            body: shape(configuration, condition: configuration.torsoCodeSize + PoseSignal.size, isFine: false).inputs
        )
        func columns(_ checkpoint: StateDictionaries) -> Int? { checkpoint.columns("pts_linears.0.weight", in: Dictionary.coarse) }
        func hasAttention(_ checkpoint: StateDictionaries) -> Bool { checkpoint.shapes(in: Dictionary.attention) != nil }
        let haveCrossedColumns =
            expected.head != expected.body && columns(head) == expected.body && columns(body) == expected.head
        guard haveCrossedColumns || (!hasAttention(head) && hasAttention(body)) else { return }
        func described(_ checkpoint: StateDictionaries) -> String {
            columns(checkpoint).map { "\($0) input columns" } ?? "no network"
        }
        throw EngineError(
            .inconsistent, head.file,
            found: "\(described(head)), a torso's, while \(body.file) has \(described(body)), a head's",
            expected: "\(expected.head) in the head and \(expected.body) in the body",
            remedy: "head and body are swapped: exchange the two files")
    }

    private static func pair(
        _ checkpoint: StateDictionaries, condition: Int, option: String, _ configuration: TrainingConfig
    ) throws(EngineError) -> NetworkPair {
        let coarseShape = shape(configuration, condition: condition, isFine: false)
        let coarse = try network(checkpoint, Dictionary.coarse, coarseShape, suffix: "", option: option)
        guard configuration.importanceCount > 0 else {
            return NetworkPair(coarse: coarse, coarseShape: coarseShape, fine: coarse, fineShape: coarseShape)
        }
        let fineShape = shape(configuration, condition: condition, isFine: true)
        let fine = try network(checkpoint, Dictionary.fine, fineShape, suffix: "_fine", option: option)
        return NetworkPair(coarse: coarse, coarseShape: coarseShape, fine: fine, fineShape: fineShape)
    }

    /// The extents that options name come first: "set netwidth" helps more than the first tensor of another shape.
    private static func network(
        _ checkpoint: StateDictionaries, _ dictionary: String, _ shape: FaceNeRFShape, suffix: String, option: String
    ) throws(EngineError) -> [String: Tensor] {
        let shapes = try checkpoint.requiredShapes(in: dictionary)
        func check(_ found: Int?, _ expected: Int, _ what: String, _ options: String) throws(EngineError) {
            guard let found, found != expected else { return }
            throw checkpoint.inconsistent(
                dictionary, found: "\(found) \(what)", expected: "\(expected) by the configuration's \(options)",
                remedy: "correct \(options) in the configuration, or use the checkpoint that belongs to it")
        }
        let depth = shapes.keys.count { $0.hasPrefix("pts_linears.") && $0.hasSuffix(".weight") }
        let columns = checkpoint.columns("pts_linears.0.weight", in: dictionary)
        let width = checkpoint.rows("pts_linears.0.weight", in: dictionary)
        if depth > 0 { try check(depth, shape.depth, "hidden layers", "netdepth\(suffix)") }
        try check(width, shape.width, "units in a hidden layer", "netwidth\(suffix)")
        try check(columns, shape.inputs, "input columns", "\(option) and multires")
        let directionColumns = checkpoint.columns("views_linears.0.weight", in: dictionary)
        try check(directionColumns, shape.direction + shape.width, "columns in the first view layer", "multires_views")
        return try checkpoint.tensors(in: dictionary, shape.tensors)
    }

    private static func audioNet(
        _ head: StateDictionaries, _ configuration: TrainingConfig
    ) throws(EngineError) -> [String: Tensor] {
        _ = try head.requiredShapes(in: Dictionary.audio)
        if let size = head.rows("encoder_fc1.2.weight", in: Dictionary.audio), size != configuration.codeSize {
            throw head.inconsistent(
                Dictionary.audio, found: "codes of \(size) channels", expected: "\(configuration.codeSize) by the configuration's dim_aud",
                remedy: "correct dim_aud in the configuration, or use the checkpoint that belongs to it")
        }
        return try head.tensors(in: Dictionary.audio, AudioNet.tensors(codeSize: configuration.codeSize))
    }

    private static func attentionNet(
        _ head: StateDictionaries, _ configuration: TrainingConfig
    ) throws(EngineError) -> [String: Tensor] {
        let shapes = try head.requiredShapes(in: Dictionary.attention)
        let length = configuration.smoothingSize / 2 * 2
        if let found = head.rows("attentionNet.0.weight", in: Dictionary.attention), found != length {
            throw head.inconsistent(
                Dictionary.attention, found: "an attention over \(found) codes", expected: "\(length) by the configuration's smo_size",
                remedy: "correct smo_size in the configuration, or use the checkpoint that belongs to it")
        }
        let first = shapes[AudioAttention.firstTensor] ?? []
        let channels = first.count == 3 ? first[1] : AudioAttention.releaseChannels
        guard (1...configuration.codeSize).contains(channels) else {
            throw head.inconsistent(
                Dictionary.attention, found: "an attention that reads \(channels) channels of a code",
                expected: "1 to \(configuration.codeSize), the configuration's dim_aud",
                remedy: "correct dim_aud in the configuration, or use the checkpoint that belongs to it")
        }
        return try head.tensors(in: Dictionary.attention, AudioAttention.tensors(channels: channels, length: length))
    }
}
