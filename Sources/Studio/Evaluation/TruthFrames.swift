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

    /// Says early what would otherwise be found out at the first frame.
    ///
    /// - Throws: `.inconsistent` if the first picture is not of the performance's size, and what reading it throws.
    public func check(against performance: Performance) throws {
        guard case .files = self else { return }
        _ = try picture(0, of: performance) { false }
    }

    /// - Throws: `.inconsistent` for a file of another size than the frames have: scaling would count as error.
    func picture(
        _ frame: Int, of performance: Performance, _ isCanceled: @Sendable () -> Bool
    ) throws -> Picture {
        switch self {
        case .rendered(let renderer, _):
            return Picture(try renderer.render(performance.request(frame: frame), isCanceled: isCanceled))
        case .files(let paths):
            let picture = try PictureFile.read(paths[frame]).opaque
            let camera = performance.camera
            guard picture.width == camera.width, picture.height == camera.height else {
                throw EngineError(
                    .inconsistent, paths[frame], found: "\(picture.width) x \(picture.height) pixels",
                    expected: "the frames' \(camera.width) x \(camera.height)",
                    remedy: "scale the pictures, or name their width with --size if the proportions are the same")
            }
            return picture
        }
    }
}
