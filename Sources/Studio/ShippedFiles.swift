import Foundation

/// The files that come with the program: a small speech model and the demo avatar.
///
/// Installed, they lie in `PREFIX/share/adnerf` of a program in `PREFIX/bin`; in a source tree, where the repository has
/// them, which is found by walking up from the executable.
public struct ShippedFiles: Sendable {
    /// The executable's path, links resolved.
    private let executable: URL

    /// - Parameter executable: of this program by default.
    public init(executable: String = "/proc/self/exe") {
        self.executable = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
    }

    /// A DeepSpeech 0.1.0 frozen graph; nil if none is shipped.
    public var speechModel: String? { find(installed: "speech.pb", source: "Models/speech.pb") }

    /// The folder with the demo avatar's folder; nil if none is shipped.
    public var avatars: String? { find(installed: "avatars", source: "Examples/avatars") }

    /// The demo avatar's folder; nil if none is shipped.
    public var demoAvatar: String? { find(installed: "avatars/demo", source: "Examples/avatars/demo") }

    private func find(installed: String, source: String) -> String? {
        let files = FileManager.default
        var folder = executable.deletingLastPathComponent()
        // Beside the program, too, as 'Scripts/package' leaves it.
        for place in [folder.deletingLastPathComponent(), folder] {
            let shared = place.appending(path: "share/adnerf/\(installed)").path
            if files.fileExists(atPath: shared) { return shared }
        }
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: source).path
            if files.fileExists(atPath: folder.appending(path: "Package.swift").path) {
                // A dependency's own package would be no better place to look on from.
                return files.fileExists(atPath: candidate) ? candidate : nil
            }
        }
        return nil
    }
}
