import CKernels

/// Where a march evaluates a field: nodes some pixels apart, on planes of equal depth from near to far.
struct MarchLattice: Sendable {
    let camera: Camera
    let rays: CameraRays
    /// Nodes across and down. Node (1, 1) lies at pixel (0, 0); a border of nodes around the picture supports interpolation.
    let columns: Int
    let rows: Int
    /// Pixels between nodes.
    let spacing: Int
    let planes: Int
    /// Depth of the first plane, and between planes.
    let near: Float
    let planeStep: Float

    /// - Parameter shortestWave: of the position's encoding, scene units.
    init(
        camera: Camera, rays: CameraRays, near: Float, far: Float, settings: MarchSettings, shortestWave: Float
    ) {
        self.camera = camera
        self.rays = rays
        self.near = near
        planes = max(2, Int(((far - near) / (settings.planeSpacing * shortestWave)).rounded(.up)) + 1)
        planeStep = (far - near) / Float(planes - 1)
        // A pixel's footprint in the middle of the depth range.
        let footprint = 0.5 * (near + far) / camera.focal
        spacing = Int(min(max(1, (settings.nodeSpacing * shortestWave / footprint).rounded()), 16))
        columns = (camera.width - 1) / spacing + 4
        rows = (camera.height - 1) / spacing + 4
    }

    var nodes: Int { columns * rows }

    /// Nodes beyond its own cell that a pixel's interpolation reaches.
    var reach: Int32 { spacing == 1 ? 0 : 2 }

    var kernel: adn_lattice { adn_lattice(columns: Int32(columns), rows: Int32(rows), spacing: Int32(spacing)) }

    func depth(ofPlane plane: Int) -> Float { near + Float(plane) * planeStep }

    /// The ray through a node, which may lie outside the picture.
    @inline(__always)
    func direction(column: Int, row: Int) -> SIMD3<Float> {
        rays.direction(x: Float((column - 1) * spacing), y: Float((row - 1) * spacing))
    }

    /// The node whose cell a pixel lies in.
    @inline(__always)
    func node(x: Int, y: Int) -> Int { (y / spacing + 1) * columns + x / spacing + 1 }
}
