import Engine
import Foundation
import Media

/// What frames should look like.
public enum TruthFrames: Sendable {
    /// As a renderer has them, of the name that reports give it.
    case rendered(any FrameRenderer, String)
    /// As files have them, in the order of the video.
    case files([String])

    /// The pictures of a folder, in the order of the numbers in their names, as AD-NeRF's data sets have them.
    ///
    /// - Throws: `.unreadable`; `.inconsistent` if there are none.
    public static func folder(_ path: String) throws(EngineError) -> TruthFrames {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw EngineError(.unreadable, path, found: "no folder that can be read", remedy: "check the path")
        }
        let pictures = names.filter { name in [".png", ".jpg", ".jpeg"].contains { name.lowercased().hasSuffix($0) } }
            .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        guard !pictures.isEmpty else {
            throw EngineError(
                .inconsistent, path, found: "no pictures", expected: "a PNG or JPEG for each frame, numbered",
                remedy: "name the folder with the frames")
        }
        return .files(pictures.map { "\(path)/\($0)" })
    }

    var name: String {
        switch self {
        case .rendered(_, let name): name
        case .files(let paths): "\(paths.count) frames from files"
        }
    }

    /// Frames that there are; nil for as many as wanted.
    public var count: Int? {
        if case .files(let paths) = self { paths.count } else { nil }
    }

    func picture(
        _ frame: Int, of performance: Performance, _ isCanceled: @Sendable () -> Bool
    ) throws -> Picture {
        switch self {
        case .rendered(let renderer, _):
            return Picture(try renderer.render(performance.request(frame: frame), isCanceled: isCanceled))
        case .files(let paths):
            let picture = try PictureFile.read(paths[frame]).opaque
            let camera = performance.camera
            if picture.width == camera.width && picture.height == camera.height { return picture }
            return try picture.scaled(toWidth: camera.width, height: camera.height)
        }
    }
}
