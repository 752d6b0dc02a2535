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
        var scanner = JSONScanner(
            file, expected: "a transforms JSON with focal_len, cx, cy and frames of transform_matrix",
            remedy: "name a pose track of AD-NeRF's")
        var camera: [String: Double] = [:]
        var poses: [Pose]?
        try scanner.object { scanner, key throws(EngineError) in
            switch key {
            case "focal_len", "cx", "cy":
                scanner.subject = "\(path), \(key)"
                camera[key] = try scanner.number()
                scanner.subject = path
            case "frames": poses = try Self.poses(&scanner, path)
            default: try scanner.skip()
            }
        }
        try scanner.finish()

        for key in ["focal_len", "cx", "cy"] where camera[key] == nil { throw scanner.malformed("\(key) is missing") }
        guard let poses else { throw scanner.malformed("frames is missing") }
        guard !poses.isEmpty else { throw scanner.malformed("no frames") }
        let (focal, x, y) = (Float(camera["focal_len"] ?? 0), Float(camera["cx"] ?? 0), Float(camera["cy"] ?? 0))
        guard focal.isFinite, focal > 0, x.isFinite, y.isFinite else {
            throw EngineError(
                .invalidValue, path, found: "focal_len \(focal), cx \(x), cy \(y)",
                expected: "a positive focal length and a finite centre, in pixels",
                remedy: "correct the camera in the file")
        }
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return PoseTrack(name: name, focal: focal, centerX: x, centerY: y, poses: poses).thinned(by: stride)
    }

    private static func poses(_ scanner: inout JSONScanner, _ path: String) throws(EngineError) -> [Pose] {
        var poses: [Pose] = []
        try scanner.array { scanner throws(EngineError) in
            scanner.subject = "\(path), frame \(poses.count)"
            var matrix: [[Double]]?
            try scanner.object { scanner, key throws(EngineError) in
                if key == "transform_matrix" { matrix = try Self.rows(&scanner) } else { try scanner.skip() }
            }
            guard let matrix else { throw scanner.malformed("transform_matrix is missing") }
            poses.append(try pose(matrix, subject: scanner.subject))
            scanner.subject = path
        }
        return poses
    }

    private static func rows(_ scanner: inout JSONScanner) throws(EngineError) -> [[Double]] {
        var rows: [[Double]] = []
        try scanner.array { scanner throws(EngineError) in
            var row: [Double] = []
            try scanner.array { scanner throws(EngineError) in
                guard row.count < 4 else {
                    throw refused("a transform_matrix with a row of more than 4 numbers", scanner.subject)
                }
                row.append(try scanner.number())
            }
            guard rows.count < 4 else { throw refused("a transform_matrix of more than 4 rows", scanner.subject) }
            rows.append(row)
        }
        return rows
    }

    /// A pose out of the rows of a matrix, refused unless its upper left is a rotation: the Euler angles that condition the
    /// torso are undefined otherwise (reference, item 7).
    private static func pose(_ rows: [[Double]], subject: String) throws(EngineError) -> Pose {
        guard rows.count >= 3, rows.allSatisfy({ $0.count == 4 }) else {
            let sizes = Set(rows.map(\.count)).sorted().map(String.init).joined(separator: " or ")
            throw refused("a transform_matrix of \(rows.count) rows of \(rows.isEmpty ? "0" : sizes) numbers", subject)
        }
        guard rows.allSatisfy({ $0.allSatisfy { Float($0).isFinite } }) else {
            throw refused("a transform_matrix with a number that is not finite", subject)
        }
        let (a, b, c) = (direction(rows[0]), direction(rows[1]), direction(rows[2]))
        var deviation = 0.0
        for (x, y, product) in [(a, a, 1.0), (b, b, 1), (c, c, 1), (a, b, 0), (b, c, 0), (c, a, 0)] {
            deviation = max(deviation, abs((x * y).sum() - product))
        }
        guard deviation <= rotationTolerance else {
            let amount = String(format: "%.3g", deviation)
            throw refused("a transform_matrix that is no rotation (its rows are off orthonormal by \(amount))", subject)
        }
        let cross = SIMD3(b.y * c.z - b.z * c.y, b.z * c.x - b.x * c.z, b.x * c.y - b.y * c.x)
        guard (a * cross).sum() > 0 else { throw refused("a transform_matrix that mirrors (determinant -1)", subject) }
        return Pose(matrix: rows.joined().map { Float($0) })
    }

    private static func direction(_ row: [Double]) -> SIMD3<Double> { SIMD3(row[0], row[1], row[2]) }

    private static func refused(_ found: String, _ subject: String) -> EngineError {
        EngineError(
            .invalidValue, subject, found: found,
            expected: "a 4 x 4 camera-to-world matrix whose upper left is a rotation",
            remedy: "correct or remove the frame")
    }
}
