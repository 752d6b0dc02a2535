/// The options of a `*TorsoNeRFTest_config.txt` or `*TorsoNeRF_config.txt` that change the picture, with the defaults of the
/// release (`config_parser` in `NeRFs/TorsoNeRF/run_nerf.py`). Each property names the option it holds.
public struct TrainingConfig: Sendable, Hashable, Codable {
    /// `near`: depth of the first sample along an un-normalised ray, in scene units.
    public var near: Float = 0.3
    /// `far`: depth of the last sample.
    public var far: Float = 0.9
    /// `N_samples`: samples of the coarse pass.
    public var sampleCount = 64
    /// `N_importance`: samples that the fine pass adds; 0 leaves the coarse pass alone.
    public var importanceCount = 128
    /// `lindisp`: coarse samples are linear in inverse depth instead of depth.
    public var linearInDisparity = false
    /// White where the weights do not sum to one. On unless the file raises `white_bkgd`, which the release declares `store_false`.
    public var whiteBackground = true
    /// `netdepth` and `netwidth`: hidden layers of the coarse networks and their width.
    public var depth = 8
    public var width = 256
    /// `netdepth_fine` and `netwidth_fine`.
    public var fineDepth = 8
    public var fineWidth = 256
    /// `multires`: octaves of the position's encoding.
    public var positionOctaves = 10
    /// `multires_views`: octaves of the view direction's encoding.
    public var directionOctaves = 4
    /// `dim_aud`: channels of an audio code.
    public var codeSize = 64
    /// `dim_aud_body`: leading channels of the code that the torso sees.
    public var torsoCodeSize = 64
    /// `win_size`: steps of a feature window that AudioNet reads, from its middle.
    public var windowSize = 16
    /// `smo_size`: neighbouring codes that a smoothed code is made of.
    public var smoothingSize = 8
    /// `aud_start`: the feature row of the first frame.
    public var audioStart = 0
    /// `testskip`: every how many-th pose of a track is used; 0 in the file means 1, as in training.
    public var poseStride = 1
    /// `test_pose_file`.
    public var poseFile = "transforms_train.json"
    /// `aud_file`.
    public var audioFile = "aud.npy"
    /// `basedir` and `expname`: where training left its checkpoints.
    public var logFolder = "./logs/"
    public var experiment = ""
    /// Keys of the file that do not change a rendered picture, in the file's order.
    public var ignored: [String] = []

    /// The release's defaults.
    public init() {}

    /// - Throws: `.unreadable`; `.malformed` for a line that is no entry; `.invalidValue` for a value outside its range;
    ///   `.unsupported` for an option that asks for another picture than AD-NeRF's. Each names file, line and key.
    public static func read(path: String) throws(EngineError) -> TrainingConfig {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= 1 << 20 else {
            throw EngineError(
                .malformed, path, found: "\(file.bytes.count) bytes", expected: "a configuration text of at most 1 MB",
                remedy: "check that this is the training's configuration")
        }
        return try TrainingConfig(text: String(decoding: file.bytes, as: UTF8.self), file: path)
    }

    /// - Parameter file: how errors name the text.
    public init(text: String, file: String) throws(EngineError) {
        let source = try ConfigText(text, file: file)
        try Self.refuseOtherModels(source)

        near = try source.real("near", default: near, atLeast: 0)
        far = try source.real("far", default: far, atLeast: 0)
        linearInDisparity = try source.raises("lindisp")
        whiteBackground = try !source.raises("white_bkgd")
        importanceCount = try source.integer("N_importance", default: importanceCount, in: 0...4096)
        sampleCount = try source.integer("N_samples", default: sampleCount, in: (importanceCount > 0 ? 3 : 2)...4096)
        depth = try Self.depth(source, "netdepth", default: depth)
        width = try source.integer("netwidth", default: width, in: 2...4096)
        fineDepth = try Self.depth(source, "netdepth_fine", default: fineDepth)
        fineWidth = try source.integer("netwidth_fine", default: fineWidth, in: 2...4096)
        positionOctaves = try source.integer("multires", default: positionOctaves, in: 0...24)
        directionOctaves = try source.integer("multires_views", default: directionOctaves, in: 0...24)
        codeSize = try source.integer("dim_aud", default: codeSize, in: 1...4096)
        torsoCodeSize = try source.integer("dim_aud_body", default: torsoCodeSize, in: 1...4096)
        // Four stride-2 convolutions leave one step of 2 ... 16, which is what AudioNet's linear layers take.
        windowSize = try source.integer("win_size", default: windowSize, in: 2...17)
        smoothingSize = try source.integer("smo_size", default: smoothingSize, in: 2...256)
        audioStart = try source.integer("aud_start", default: audioStart, in: 0...1_000_000_000)
        poseStride = max(1, try source.integer("testskip", default: poseStride, in: 0...1_000_000_000))
        poseFile = source.text("test_pose_file", default: poseFile)
        audioFile = source.text("aud_file", default: audioFile)
        logFolder = source.text("basedir", default: logFolder)
        experiment = source.text("expname", default: experiment)
        ignored = source.entries.map(\.key).filter { !Self.known.contains($0) }
        try checkTogether(source)
    }

    private static let known: Set<String> = [
        "near", "far", "lindisp", "white_bkgd", "N_samples", "N_importance", "netdepth", "netwidth", "netdepth_fine",
        "netwidth_fine", "multires", "multires_views", "dim_aud", "dim_aud_body", "win_size", "smo_size", "aud_start", "testskip",
        "test_pose_file", "aud_file", "basedir", "expname", "use_viewdirs", "i_embed", "dataset_type", "no_ndc",
    ]

    /// Options of the release's ancestor, NeRF, that would make another model of this one.
    private static func refuseOtherModels(_ source: ConfigText) throws(EngineError) {
        if try source.raises("use_viewdirs") {
            throw EngineError(
                .unsupported, source.place(of: "use_viewdirs"),
                found: "a raised flag, which turns view directions off (the release declares it store_false)",
                expected: "networks with view directions", remedy: "remove the line if the avatar was trained with view directions")
        }
        if let embedding = source.entry("i_embed"), Int(embedding.value) == -1 {
            throw EngineError(
                .unsupported, source.place(of: "i_embed"), found: "-1 (no positional encoding)", expected: "0",
                remedy: "train the avatar with positional encoding")
        }
        let keepsWorldSpace = try source.raises("no_ndc")
        if source.text("dataset_type", default: "audface") == "llff", !keepsWorldSpace {
            throw EngineError(
                .unsupported, source.place(of: "dataset_type"), found: "llff (rays in normalised device coordinates)",
                expected: "audface", remedy: "remove the line or add no_ndc = True")
        }
    }

    /// The release joins the input to the hidden state after layer 4; at depth 5 no layer follows that could take the sum.
    private static func depth(_ source: ConfigText, _ key: String, default standard: Int) throws(EngineError) -> Int {
        let depth = try source.integer(key, default: standard, in: 1...64)
        guard depth != 5 else {
            throw EngineError(
                .invalidValue, source.place(of: key), found: "5", expected: "1 to 4 or at least 6",
                remedy: "correct the line: the release cannot evaluate a network of five layers")
        }
        return depth
    }

    private func checkTogether(_ source: ConfigText) throws(EngineError) {
        guard near < far else {
            throw EngineError(
                .invalidValue, source.place(of: "far"), found: "far \(far) with near \(near)", expected: "far beyond near",
                remedy: "copy near and far from the avatar's training configuration")
        }
        guard near > 0 || !linearInDisparity else {
            throw EngineError(
                .invalidValue, source.place(of: "near"), found: "0 with lindisp", expected: "a number above 0",
                remedy: "set near above 0 or lindisp to False")
        }
        guard torsoCodeSize <= codeSize else {
            throw EngineError(
                .invalidValue, source.place(of: "dim_aud_body"), found: "\(torsoCodeSize) with dim_aud \(codeSize)",
                expected: "at most dim_aud, as the torso reads the head's code", remedy: "copy both from the avatar's training configuration")
        }
    }
}
