import Foundation

@testable import Engine

/// What the reference recorded of some rays of an avatar, stage by stage: an .npz file, or a folder of .npy.
struct ReferenceTrace: Sendable {
    private enum Source {
        case archive(NumpyArchive)
        case folder(String)
    }

    private let source: Source
    /// Flat indices of the recorded pixels.
    let pixels: [Int]

    init(path: String) throws {
        if path.hasSuffix(".npz") {
            let archive = try NumpyArchive(path: path)
            source = .archive(archive)
            pixels = try archive.integers("pixels")
        } else {
            source = .folder(path)
            pixels = try NumpyFile.read(path: path + "/pixels.npy").values.map { Int($0) }
        }
    }

    /// One stage of all rays, by the reference's name, such as `head_raw_coarse`.
    func stage(_ name: String, frame: Int) throws -> [Float] {
        switch source {
        case .archive(let archive): try archive.floats("\(frame)/\(name)").values
        case .folder(let path): try NumpyFile.read(path: "\(path)/\(frame)-\(name).npy").values
        }
    }
}
