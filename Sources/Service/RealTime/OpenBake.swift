import Engine
import Studio
import Synchronization

/// A baked file in use, with the renderers that draw from it.
final class OpenBake: Sendable {
    let path: String
    /// The same for the same pictures (`BakedAvatar.digest`).
    let digest: String
    /// Of the file.
    let bytes: Int
    let report: BakeReport
    private let makeRenderer: @Sendable () throws -> any PictureRenderer
    /// Renderers that nobody uses: as many as there ever were users at a time, less those that are in use.
    private let idle = Mutex<[any PictureRenderer]>([])

    init(
        path: String, digest: String, bytes: Int, report: BakeReport,
        makeRenderer: @escaping @Sendable () throws -> any PictureRenderer
    ) {
        self.path = path
        self.digest = digest
        self.bytes = bytes
        self.report = report
        self.makeRenderer = makeRenderer
    }

    /// Lends a renderer that nobody else uses meanwhile, so that what it counts is the borrower's.
    func withRenderer<Result>(_ body: (any PictureRenderer) throws -> Result) throws -> Result {
        let renderer = try idle.withLock { $0.popLast() } ?? makeRenderer()
        defer { idle.withLock { $0.append(renderer) } }
        return try body(renderer)
    }
}
