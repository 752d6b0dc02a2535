import Foundation

/// A folder for one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        // In memory where there is such a folder: waiting for a disk would be most of the tests' time.
        let memory = "/dev/shm/"
        let base = access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
        path = base + "jobs-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A new file of that content.
    func file(_ text: String, name: String = UUID().uuidString) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func folder(_ name: String) -> String { "\(path)/\(name)" }
}

func text(_ path: String?) throws -> String? {
    guard let path else { return nil }
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// Every file below a folder, by its path relative to it.
func tree(_ folder: String) -> [String] {
    let items = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return items.sorted()
}
