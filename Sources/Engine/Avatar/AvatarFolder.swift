/// Reads an AD-NeRF folder as the release's training leaves it (reference, items 16 to 18).
public enum AvatarFolder {
    /// Loads and checks everything that rendering needs.
    /// - Parameters:
    ///   - path: the folder.
    ///   - decodeImage: decodes the background, a JPEG or PNG by path. (Decoders live in another module.)
    /// - Throws: one `EngineError` that names the file at fault, what was found, what was expected, and the remedy.
    public static func load(
        path: String, decodeImage: (String) throws -> Picture
    ) throws(EngineError) -> Avatar {
        let files = try AvatarFiles(folder: path)
        let configuration = try TrainingConfig.read(path: files.configuration())
        let checkpoints = try files.checkpoints(configuration)
        let background = try background(files.background(), decodeImage)
        let trainingTrack = try PoseTrack.read(path: files.trainingTrack())
        let tracks = try tracks(files, configuration)
        let networks = try AvatarNetworks(
            head: StateDictionaries(TorchCheckpoint.open(checkpoints.head), file: checkpoints.head),
            body: StateDictionaries(TorchCheckpoint.open(checkpoints.body), file: checkpoints.body), configuration: configuration)
        return Avatar(
            name: files.name, folder: path, configuration: configuration, head: networks.head, torso: networks.torso,
            audioNet: networks.audioNet, attentionNet: networks.attentionNet,
            camera: trainingTrack.camera(width: background.width, height: background.height), background: background,
            trainingTrack: trainingTrack, torsoPose: trainingTrack.poses[0], tracks: tracks,
            defaultTrack: defaultTrack(of: tracks, configuration) ?? trainingTrack.thinned(by: configuration.poseStride),
            featureFiles: try featureFiles(files, configuration).map(\.path),
            fingerprint: try Fingerprint.sha256(of: [checkpoints.head, checkpoints.body]))
    }

    /// The background as RGB: an alpha channel is dropped, as by the release's reader.
    static func background(
        _ path: String, _ decodeImage: (String) throws -> Picture
    ) throws(EngineError) -> Picture {
        let picture: Picture
        do {
            picture = try decodeImage(path)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                .malformed, path, found: "a picture that cannot be decoded", expected: "a JPEG or PNG",
                remedy: "copy the training's background picture again")
        }
        guard (1...16384).contains(picture.width), (1...16384).contains(picture.height) else {
            throw EngineError(
                .invalidValue, path, found: "\(picture.width) x \(picture.height) pixels", expected: "1 to 16384 each way",
                remedy: "use the training's background picture")
        }
        guard picture.channels == 4 else { return picture }
        let rgb = picture.bytes.indices.filter { $0 % 4 < 3 }.map { picture.bytes[$0] }
        return Picture(width: picture.width, height: picture.height, channels: 3, bytes: rgb)
    }

    /// Every track of the folder, by name. `transforms*.json` must be tracks; of other JSON those count that are.
    static func tracks(_ files: AvatarFiles, _ configuration: TrainingConfig) throws(EngineError) -> [PoseTrack] {
        var tracks: [PoseTrack] = []
        for path in files.tracks { tracks.append(try PoseTrack.read(path: path, stride: configuration.poseStride)) }
        tracks += files.possibleTracks.compactMap { try? PoseTrack.read(path: $0, stride: configuration.poseStride) }
        return tracks.sorted { NaturalOrder.precedes($0.name, $1.name) }
    }

    /// The track that `test_pose_file` names, if the folder has it.
    static func defaultTrack(of tracks: [PoseTrack], _ configuration: TrainingConfig) -> PoseTrack? {
        let file = configuration.poseFile.split(separator: "/").last ?? ""
        return tracks.first { "\($0.name).json" == file }
    }

    /// The folder's speech features. Other arrays in it are none of ours, except the one that `aud_file` names.
    static func featureFiles(
        _ files: AvatarFiles, _ configuration: TrainingConfig
    ) throws(EngineError) -> [(path: String, frames: Int)] {
        let named = configuration.audioFile.split(separator: "/").last ?? ""
        var features: [(path: String, frames: Int)] = []
        for path in files.arrays {
            do throws(EngineError) {
                features.append((path, try SpeechFeatures.frameCount(path: path)))
            } catch where path.hasSuffix("/\(named)") {
                throw error
            } catch {}
        }
        return features
    }
}
