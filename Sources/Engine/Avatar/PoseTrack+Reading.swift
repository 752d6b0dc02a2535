import Foundation

extension PoseTrack {
    /// About an hour and a half of poses as the release writes them.
    static let maximumFileSize = 64 << 20
    /// How far a rotation's rows may be from orthonormal; the release's own files are off by 1e-6.
    static let rotationTolerance = 1e-3

    /// Reads any transforms JSON: `focal_len`, `cx`, `cy` and `frames`, each with a 4 x 4 (or 3 x 4) camera-to-world
    /// `transform_matrix`. Everything else in it (`img_id`, `aud_id`, `face_rect`) is ignored, as by the release's test loader.
    /// - Parameter stride: the configuration's `poseStride`.
    /// - Throws: `.unreadable`, `.malformed` for what is no such file, `.invalidValue` for a pose that is no rotation; each names
    ///   the file and, where it is one frame's fault, the frame's index.
    public static func read(path: String, stride: Int = 1) throws(EngineError) -> PoseTrack {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= maximumFileSize else {
            throw EngineError(
                .malformed, path, found: "\(file.bytes.count) bytes", expected: "a transforms JSON of at most 64 MB",
                remedy: "split the track")
        }
        let contents = try decode(file)
        guard contents.focal_len.isFinite, contents.focal_len > 0, contents.cx.isFinite, contents.cy.isFinite else {
            throw EngineError(
                .invalidValue, path, found: "focal_len \(contents.focal_len), cx \(contents.cx), cy \(contents.cy)",
                expected: "a positive focal length and a finite centre, in pixels", remedy: "correct the camera in the file")
        }
        guard !contents.frames.isEmpty else {
            throw EngineError(
                .malformed, path, found: "no frames", expected: "at least one frame with a transform_matrix",
                remedy: "name a track that has poses")
        }
        var poses: [Pose] = []
        poses.reserveCapacity(contents.frames.count)
        for (index, frame) in contents.frames.enumerated() {
            poses.append(try pose(frame.transform_matrix, subject: "\(path), frame \(index)"))
        }
        let track = PoseTrack(
            name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent, focal: Float(contents.focal_len),
            centerX: Float(contents.cx), centerY: Float(contents.cy), poses: poses)
        return track.thinned(by: stride)
    }

    /// A pose out of the rows of a matrix, refused unless its upper left is a rotation: the Euler angles that condition the
    /// torso are undefined otherwise (reference, item 7).
    static func pose(_ rows: [[Double]], subject: String) throws(EngineError) -> Pose {
        func refused(_ found: String) -> EngineError {
            EngineError(
                .invalidValue, subject, found: found, expected: "a 4 x 4 camera-to-world matrix whose upper left is a rotation",
                remedy: "correct or remove the frame")
        }
        guard rows.count == 3 || rows.count == 4, rows.allSatisfy({ $0.count == 4 }) else {
            let sizes = Set(rows.map(\.count)).sorted().map(String.init).joined(separator: " or ")
            throw refused("a transform_matrix of \(rows.count) rows of \(rows.isEmpty ? "0" : sizes) numbers")
        }
        guard rows.allSatisfy({ $0.allSatisfy { Float($0).isFinite } }) else {
            throw refused("a transform_matrix with a number that is not finite")
        }
        let r = rows.prefix(3).map { SIMD3($0[0], $0[1], $0[2]) }
        var deviation = 0.0
        for i in 0..<3 {
            for j in i..<3 { deviation = max(deviation, abs((r[i] * r[j]).sum() - (i == j ? 1 : 0))) }
        }
        guard deviation <= rotationTolerance else {
            throw refused("a transform_matrix that is no rotation (its rows are off orthonormal by \(String(format: "%.3g", deviation)))")
        }
        let (a, b, c) = (r[0], r[1], r[2])
        let minors = SIMD3(b.y * c.z - b.z * c.y, b.z * c.x - b.x * c.z, b.x * c.y - b.y * c.x)
        guard (a * minors).sum() > 0 else { throw refused("a transform_matrix that mirrors (determinant -1)") }
        return Pose(matrix: rows.flatMap { $0 }.map { Float($0) })
    }

    private struct Contents: Decodable {
        struct Frame: Decodable { let transform_matrix: [[Double]] }
        let focal_len: Double
        let cx: Double
        let cy: Double
        let frames: [Frame]
    }

    private static func decode(_ file: MappedFile) throws(EngineError) -> Contents {
        func malformed(_ found: String, at subject: String? = nil) -> EngineError {
            EngineError(
                .malformed, subject ?? file.path, found: found,
                expected: "a transforms JSON with focal_len, cx, cy and frames of transform_matrix", remedy: "name a pose track of AD-NeRF's")
        }
        guard let base = file.bytes.baseAddress else { throw malformed("an empty file") }
        // The mapping outlives `data`: `file` is used after it.
        let data = Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: file.bytes.count, deallocator: .none)
        defer { withExtendedLifetime(file) {} }
        do {
            return try JSONDecoder().decode(Contents.self, from: data)
        } catch let error as DecodingError {
            switch error {
            case .keyNotFound(let key, let context):
                throw malformed("\(key.stringValue) is missing", at: place(context.codingPath, in: file.path))
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                throw malformed("a value of the wrong type", at: place(context.codingPath, in: file.path))
            default:
                if let frame = frameOfFirstNaN(data) {
                    throw EngineError(
                        .invalidValue, "\(file.path), frame \(frame)", found: "a transform_matrix with a number that is not finite",
                        expected: "a 4 x 4 camera-to-world matrix whose upper left is a rotation", remedy: "correct or remove the frame")
                }
                throw malformed("text that is no JSON")
            }
        } catch {
            throw malformed("text that is no JSON")
        }
    }

    /// `path, frame 3, transform_matrix` out of `frames[3].transform_matrix[0][1]`.
    private static func place(_ path: [any CodingKey], in file: String) -> String {
        var parts = [file]
        for (key, parent) in zip(path, [nil] + path.map(Optional.some)) {
            if let index = key.intValue {
                if parent?.stringValue == "frames" { parts.append("frame \(index)") }
            } else if key.stringValue != "frames" {
                parts.append(key.stringValue)
            }
        }
        return parts.joined(separator: ", ")
    }

    /// Python writes `NaN` and `Infinity`, which JSON has not: the frame whose matrix holds the first of them.
    private static func frameOfFirstNaN(_ data: Data) -> Int? {
        let found = ["NaN", "Infinity"].compactMap { data.range(of: Data($0.utf8))?.lowerBound }.min()
        guard let found else { return nil }
        var frame = -1
        var start = data.startIndex
        while let next = data.range(of: Data("\"transform_matrix\"".utf8), in: start..<found) {
            frame += 1
            start = next.upperBound
        }
        return frame < 0 ? nil : frame
    }
}
