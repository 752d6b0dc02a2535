import Testing

@testable import Engine

@Suite struct CameraRaysTests {
    private let camera = Camera(width: 10, height: 8, focal: 100, centerX: 5, centerY: 4)
    private let identity = Pose(matrix: [1, 0, 0, 0.5, 0, 1, 0, -1, 0, 0, 1, 2])
    /// A quarter turn about the vertical axis: the camera looks along -x.
    private let turned = Pose(matrix: [0, 0, 1, 3, 0, 1, 0, 0, -1, 0, 0, 0])

    @Test func raysGoThroughPixelCentresAtWholeNumbers() {
        let rays = CameraRays(camera: camera, pose: identity)
        #expect(rays.origin == SIMD3(0.5, -1, 2))
        #expect(rays.direction(x: 5, y: 4) == SIMD3(0, 0, -1))
        // (0 - 5) / 100 to the left, -(0 - 4) / 100 up.
        #expect(rays.direction(x: 0, y: 0) == SIMD3(-0.05, 0.04, -1))
        #expect(rays.direction(x: 9, y: 7) == SIMD3(0.04, -0.03, -1))
    }

    @Test func rotationsTurnTheDirections() {
        let rays = CameraRays(camera: camera, pose: turned)
        // Local (-0.05, 0.04, -1): x' = z = -1, y' = 0.04, z' = -x = 0.05.
        #expect(rays.direction(x: 0, y: 0) == SIMD3(-1, 0.04, 0.05))
    }

    /// A ray's parameter is the depth along the camera's axis, as the directions are not normalised.
    @Test func pointsComeBackToTheCamera() {
        for pose in [identity, turned, Octahedron.pose(turn: 0.7)] {
            let rays = CameraRays(camera: camera, pose: pose)
            for (x, y, depth) in [(0, 0, 0.5), (9, 7, 1.25), (2.5, 6, 3)] as [(Float, Float, Float)] {
                let local = rays.toCamera(rays.origin + rays.direction(x: x, y: y) * depth)
                #expect(abs(local.z + depth) < 1e-6)
                #expect(abs(local.x - (x - 5) / 100 * depth) < 1e-6)
                #expect(abs(local.y + (y - 4) / 100 * depth) < 1e-6)
            }
        }
    }

    @Test func aCameraSeesWhatIsInItsPyramid() {
        let rays = CameraRays(camera: camera, pose: turned)
        func sees(x: Float, y: Float, depth: Float, margin: Float = 0) -> Bool {
            rays.sees(
                rays.origin + rays.direction(x: x, y: y) * depth, camera: camera, near: 1, far: 2, margin: margin)
        }
        #expect(sees(x: 5, y: 4, depth: 1.5))
        #expect(sees(x: 0.5, y: 7.5, depth: 1.1))
        #expect(!sees(x: -1, y: 4, depth: 1.5) && !sees(x: 11, y: 4, depth: 1.5))
        #expect(!sees(x: 5, y: -1, depth: 1.5) && !sees(x: 5, y: 9, depth: 1.5))
        #expect(!sees(x: 5, y: 4, depth: 0.9) && !sees(x: 5, y: 4, depth: 2.1))
        // A margin of 0.03 scene units is 2 pixels at depth 1.5.
        #expect(sees(x: -1, y: 4, depth: 1.5, margin: 0.03) && !sees(x: -3, y: 4, depth: 1.5, margin: 0.03))
        #expect(sees(x: 5, y: 4, depth: 0.98, margin: 0.03) && sees(x: 5, y: 4, depth: 2.02, margin: 0.03))
        #expect(!rays.sees(rays.origin, camera: camera, near: 1, far: 2, margin: 0))
        #expect(!sees(x: 5, y: 4, depth: -1.5))
    }

    @Test func lengthIsEuclidean() { #expect(SIMD3<Float>(2, -3, 6).length == 7) }
}
