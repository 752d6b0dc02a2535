import Foundation
import Testing

@testable import Engine

@Suite struct PoseTrackTests {
    private static let identity = "[[1,0,0,0.5],[0,1,0,0.25],[0,0,1,0.75],[0,0,0,1]]"

    private func track(_ matrices: [String], camera: String = "\"focal_len\": 100, \"cx\": 12, \"cy\": 13") -> String {
        let frames = matrices.enumerated().map { "{\"img_id\": \($0), \"transform_matrix\": \($1)}" }.joined(separator: ",")
        return "{\(camera), \"frames\": [\(frames)]}"
    }

    private func error(_ text: String) throws -> (EngineError, String) {
        try AvatarFixtures.withFile(text) { path in (try #require(throws: EngineError.self) { try PoseTrack.read(path: path) }, path) }
    }

    @Test func aTrackIsItsCameraAndItsPoses() throws {
        try AvatarFixtures.withFile(track([Self.identity]), name: "nod.json") { path in
            let track = try PoseTrack.read(path: path)
            #expect(track.name == "nod" && track.poses.count == 1)
            #expect(track.focal == 100 && track.centerX == 12 && track.centerY == 13)
            #expect(track.poses[0].rotation == [1, 0, 0, 0, 1, 0, 0, 0, 1])
            #expect(track.poses[0].translation == SIMD3(0.5, 0.25, 0.75))
        }
    }

    @Test func threeRowsAreEnough() throws {
        try AvatarFixtures.withFile(track(["[[0,-1,0,1],[1,0,0,2],[0,0,1,3]]"])) { path in
            let track = try PoseTrack.read(path: path)
            #expect(track.poses[0].rotation == [0, -1, 0, 1, 0, 0, 0, 0, 1])
        }
    }

    @Test func thinningKeepsTheFirstPose() throws {
        let matrices = (0..<7).map { "[[1,0,0,\($0)],[0,1,0,0],[0,0,1,0],[0,0,0,1]]" }
        try AvatarFixtures.withFile(track(matrices)) { path in
            let xs = try PoseTrack.read(path: path, stride: 3).poses.map(\.translation.x)
            #expect(xs == [0, 3, 6])
            #expect(try PoseTrack.read(path: path, stride: 1_000_000_000).poses.count == 1)
        }
    }

    @Test(arguments: [
        ("[[2,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "no rotation"),
        ("[[1,0.01,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "no rotation"),
        ("[[0,0,0,0],[0,0,0,0],[0,0,0,0],[0,0,0,0]]", "no rotation"),
        ("[[-1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "mirrors"),
        ("[[1,0,0,1e300],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "not finite"),
        ("[[1,0,0,NaN],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "not finite"),
        ("[[1,0,0,-Infinity],[0,1,0,0],[0,0,1,0],[0,0,0,1]]", "not finite"),
        ("[[1,0,0],[0,1,0],[0,0,1]]", "3 rows of 3 numbers"),
        ("[]", "0 rows"),
    ])
    func aPoseThatIsNoRotationIsRefusedByFrame(matrix: String, what: String) throws {
        let (error, path) = try error(track([Self.identity, Self.identity, matrix, Self.identity]))
        #expect(error.code == .invalidValue)
        #expect(error.subject == "\(path), frame 2")
        #expect(error.found.contains(what))
        #expect(!error.expected.isEmpty && !error.remedy.isEmpty)
    }

    @Test func roundingIsNoFault() throws {
        let (c, s) = (Float(0.9238795), Float(0.3826834))
        try AvatarFixtures.withFile(track(["[[\(c),\(-s),0,0],[\(s),\(c),0,0],[0,0,1.0004,0],[0,0,0,1]]"])) { path in
            let track = try PoseTrack.read(path: path)
            #expect(track.poses.count == 1)
        }
    }

    @Test(arguments: [
        ("", "an empty file", ""), ("{", "text that is no JSON", ""), ("[1]", "a value of the wrong type", ""),
        ("{\"cx\": 1, \"cy\": 1, \"frames\": []}", "focal_len is missing", ""),
        ("{\"focal_len\": 1, \"cx\": 1, \"cy\": 1}", "frames is missing", ""),
        ("{\"focal_len\": 1, \"cx\": 1, \"cy\": 1, \"frames\": []}", "no frames", ""),
        ("{\"focal_len\": 1, \"cx\": 1, \"cy\": 1, \"frames\": [{}]}", "transform_matrix is missing", ", frame 0"),
        ("{\"focal_len\": 1, \"cx\": 1, \"cy\": 1, \"frames\": [{\"transform_matrix\": [[\"a\"]]}]}", "a value of the wrong type", ", frame 0, transform_matrix"),
        ("{\"focal_len\": \"far\", \"cx\": 1, \"cy\": 1, \"frames\": []}", "a value of the wrong type", ", focal_len"),
    ])
    func otherFilesAreRefused(text: String, found: String, place: String) throws {
        let (error, path) = try error(text)
        #expect(error.code == .malformed && error.found == found)
        #expect(error.subject == path + place)
    }

    @Test(arguments: ["0", "-3"])
    func aCameraNeedsAFocalLength(focal: String) throws {
        let (error, _) = try error(track([Self.identity], camera: "\"focal_len\": \(focal), \"cx\": 1, \"cy\": 1"))
        #expect(error.code == .invalidValue && error.found.contains("focal_len"))
    }

    @Test func deepNestingIsNoCrash() throws {
        let (error, path) = try error(String(repeating: "[", count: 200_000))
        #expect(error.code == .malformed && error.subject == path)
    }

    @Test func aMissingFileIsNamed() throws {
        let error = try #require(throws: EngineError.self) { try PoseTrack.read(path: "/nowhere/track.json") }
        #expect(error.code == .unreadable && error.subject == "/nowhere/track.json")
    }

    @Test(.enabled(if: AvatarFixtures.hasSharedTracks, "needs ../shared/tracks"))
    func aRealTrackIsRead() throws {
        let track = try PoseTrack.read(path: AvatarFixtures.shared + "/tracks/release-transforms-val.json")
        #expect(track.poses.count == 728)
        #expect(track.focal == 1100 && track.centerX == 225 && track.centerY == 225)
        #expect(track.poses[0].translation == SIMD3(-0.04239322990179062, 0.002564680762588978, 0.7638522982597351))
        #expect(track.poses.allSatisfy { PoseSignal.encode($0).allSatisfy(\.isFinite) })
    }
}
