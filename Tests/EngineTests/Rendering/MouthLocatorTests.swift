import Testing

@testable import Engine

@Suite struct MouthLocatorTests {
    /// On the demo avatar, whose scene is known: the lips meet about (0, -0.056, 0.05).
    @Test(.enabled(if: AvatarFixtures.hasShared))
    func theDemoAvatarsMouth() throws {
        let avatar = try ReferenceAvatar.demo.load().avatar
        let mouth = try MouthLocator.locate(avatar: avatar, threads: 2)
        let camera = avatar.camera(for: avatar.defaultTrack)
        for pose in avatar.defaultTrack.poses.prefix(300) {
            let found = try #require(camera.project(mouth, from: pose))
            let truth = try #require(camera.project(SIMD3(0, -0.056, 0.05), from: pose))
            let off = found - truth
            #expect((off * off).sum().squareRoot() < 16, "\(found) is not \(truth)")
        }
    }

    /// Random weights have no mouth, but there is a place that varies most, always the same one.
    @Test func anAvatarWithoutAMouth() throws {
        let avatar = try ReferenceAvatar.tiny.load().avatar
        let place = try MouthLocator.locate(avatar: avatar, threads: 2)
        #expect(place.x.isFinite && place.y.isFinite && place.z.isFinite)
        #expect(try MouthLocator.locate(avatar: avatar, threads: 1) == place)
    }

    @Test func aCanceledSearchEnds() throws {
        let avatar = try ReferenceAvatar.tiny.load().avatar
        #expect(throws: EngineError.self) {
            try MouthLocator.locate(avatar: avatar, threads: 1, isCanceled: { true })
        }
    }

    @Test func theStrongestRegionHangsTogether() throws {
        var values = [Float](repeating: 0.01, count: 8 * 6)
        // One pixel alone varies most; three in a row vary more together.
        values[0] = 1
        for x in 4...6 { values[3 * 8 + x] = 0.5 }
        let map = VariationMap(width: 8, height: 6, values: values)
        let region = try #require(map.strongestRegion(share: 0.07))
        #expect(region.center == SIMD2(5, 3))
        #expect(region.pixels.sorted() == [28, 29, 30])
        let still = VariationMap(width: 2, height: 2, values: [0, 0, 0, 0])
        #expect(still.strongestRegion(share: 0.5) == nil)
    }

    @Test func theBoxAboutTheMouthIsCutAtTheEdges() {
        let camera = Camera(width: 450, height: 450, focal: 1_100, centerX: 225, centerY: 225)
        let pose = Pose(matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1])
        #expect(camera.project(SIMD3(0.01, 0.02, 0), from: pose) == SIMD2(236, 203))
        #expect(camera.project(SIMD3(0, 0, 2), from: pose) == nil)
        let box = PictureBox.mouth(.zero, camera: camera, pose: pose)
        #expect(box == PictureBox(x: 173, y: 181, width: 104, height: 88))
        let cut = PictureBox.mouth(SIMD3(-0.2, 0, 0), camera: camera, pose: pose)
        #expect(cut == PictureBox(x: 0, y: 181, width: 57, height: 88))
        #expect(PictureBox.mouth(SIMD3(1, 0, 0), camera: camera, pose: pose) == nil)
    }
}
