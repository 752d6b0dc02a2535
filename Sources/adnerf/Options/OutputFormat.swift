import ArgumentParser
import Media

/// What `render` writes.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// A video file.
    case mp4, webm
    /// A folder of numbered frames.
    case png, npy

    /// The format that a path's extension names.
    init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        self.init(rawValue: name[name.index(after: dot)...].lowercased())
    }

    var video: VideoFormat? { VideoFormat(rawValue: rawValue) }
    var frames: FolderSink.Format? { FolderSink.Format(rawValue: rawValue) }
}
