import Foundation

/// A folder that goes with the object.
final class ScratchFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("engine-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
