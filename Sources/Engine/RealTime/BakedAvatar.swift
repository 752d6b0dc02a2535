import CKernels
import Foundation

/// A baked file, checked and mapped into memory: all that real-time rendering needs.
///
/// `@unchecked Sendable`: what it points to is mapped read-only for as long as it lives.
public final class BakedAvatar: @unchecked Sendable {
    /// What the bake was measured to be worth.
    public let report: BakeReport
    public let settings: BakeSettings
    /// Of the file.
    public let bytes: Int
    /// SHA-256 of everything but the header, in hexadecimal: the same for the same pictures.
    public let digest: String
    /// The mouth in the world, scene units.
    public let mouth: SIMD3<Float>

    let header: BakeHeader
    let head: [BakedPart]
    let torso: MappedBasis
    let torsoProbes: [SIMD3<Float>]
    let regression: KernelRegression
    let headNetwork: FaceNeRF
    let torsoNetwork: FaceNeRF
    let torsoCodeSize: Int
    private let file: MappedFile

    /// Where an avatar's baked file is looked for: beside its checkpoints, then in a folder of the caller's.
    ///
    /// - Parameter folder: nil for `XDG_CACHE_HOME/adnerf` or `~/.cache/adnerf`.
    public static func paths(of avatar: Avatar, folder: String?) -> [String] {
        let name = "realtime-\(avatar.fingerprint.prefix(16)).bake"
        let environment = ProcessInfo.processInfo.environment
        let caches = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/tmp")/.cache"
        return ["\(avatar.folder)/.adnerf/\(name)", "\(folder ?? "\(caches)/adnerf")/\(name)"]
    }

    /// What a bake is of: checkpoints and options.
    static func fingerprint(of avatar: Avatar) -> String {
        let c = avatar.configuration
        let camera = avatar.camera
        return "\(avatar.fingerprint) \(c.near) \(c.far) \(camera.width)x\(camera.height)@\(camera.focal)"
    }

    /// - Throws: `.unreadable`; `.malformed` if it is damaged or of another version; `.inconsistent` if it is of other
    ///   checkpoints.
    public convenience init(path: String, avatar: Avatar) throws(EngineError) {
        try self.init(path: path, avatar: avatar, needsReport: true)
    }

    /// - Parameter needsReport: false for a bake that is about to be measured.
    init(path: String, avatar: Avatar, needsReport: Bool) throws(EngineError) {
        let file = try MappedFile(path: path)
        let reader = try BakeReader(file)
        let header = reader.header
        guard header.fingerprint == Self.fingerprint(of: avatar) else {
            throw EngineError(
                .inconsistent, path, found: "a bake of other checkpoints or options",
                expected: "one of \(avatar.name)'s",
                remedy: "run adnerf bake again")
        }
        guard let report = header.report ?? (needsReport ? nil : BakeReport.unmeasured) else {
            throw reader.malformed("no report")
        }
        self.file = file
        self.header = header
        self.report = report
        settings = header.settings
        bytes = file.bytes.count
        digest = reader.digest
        mouth = header.mouth

        guard (1...2).contains(header.headGlobal.count), header.usualMisfit.count == header.headGlobal.count else {
            throw reader.malformed("a head of \(header.headGlobal.count) parts")
        }
        var parts: [BakedPart] = []
        for part in header.headGlobal.indices { parts.append(try BakedPart(reader, part: part)) }
        head = parts
        torso = try MappedBasis(
            reader, mean: .torsoMean, first: .torsoFirst, rows: .torsoRows, map: .torsoMap, places: .torsoPlaces,
            global: header.torsoGlobal)
        let image = header.image
        let torsoPlaces: [UInt32] = try reader.values(.torsoPlaces)
        guard torsoPlaces.count == image.blocks,
            torsoPlaces.indices.allSatisfy({ torsoPlaces[$0] == image.place(ofBlock: $0) })
        else { throw reader.malformed("a block of the torso out of place") }
        torsoProbes = try reader.points(.torsoProbes)
        let configuration = avatar.configuration
        torsoCodeSize = configuration.torsoCodeSize
        regression = try KernelRegression(
            reader, header, inputs: TorsoInputs.count(probes: torsoProbes.count, codeSize: torsoCodeSize))
        headNetwork = try reader.network(.headNetwork, like: avatar.head.fine, configuration)
        torsoNetwork = try reader.network(.torsoNetwork, like: avatar.torso.fine, configuration)
    }
}

extension BakeReport {
    static let unmeasured = BakeReport(
        frames: 0, whole: Decibels(mean: 0, worst: 0), mouth: Decibels(mean: 0, worst: 0), flicker: 0, truth: 0,
        seconds: 0)
}
