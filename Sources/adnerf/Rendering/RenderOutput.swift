import Engine
import Media

/// Where `render` writes, and as what.
struct RenderOutput: Sendable {
    let path: String
    let format: OutputFormat

    /// Makes sure that the output can be written, before any time is spent on it.
    ///
    /// - Throws: `.unwritable`.
    func check() throws(EngineError) {
        switch format {
        case .mp4, .webm: _ = try OutputFile(path)
        case .png, .npy: try OutputFolder.create(path)
        }
    }

    /// - Parameter soundtrack: for a video; frames in a folder have no sound.
    func sink(camera: Camera, transparent: Bool, soundtrack: Soundtrack?) throws(EngineError) -> any FrameSink {
        if let frames = format.frames { return try FolderSink(folder: path, format: frames) }
        return MovieSink(
            try VideoWriter(
                path: path, format: format.video ?? .mp4, width: camera.width, height: camera.height,
                transparent: transparent, soundtrack: soundtrack))
    }
}
