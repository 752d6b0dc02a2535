import Foundation
@testable import Engine

func npy(_ p: String) throws -> Tensor { try NumpyFile.read(path: p) }
let clock = ContinuousClock()
func dict(_ d: String) throws -> [String: Tensor] {
    var r: [String: Tensor] = [:]
    for f in try FileManager.default.contentsOfDirectory(atPath: d) where f.hasSuffix(".npy") { r[String(f.dropLast(4))] = try npy(d + "/" + f) }
    return r
}
let W = "/work/stages/weights/demo/"
func pair(_ k: String, _ v: KernelVariant) throws -> FieldPair {
    FieldPair(coarse: try FaceNeRF(weights: dict(W + k + "/network_fn_state_dict"), octaves: 10, directionOctaves: 4, variant: v),
        fine: try FaceNeRF(weights: dict(W + k + "/network_fine_state_dict"), octaves: 10, directionOctaves: 4, variant: v))
}
let fields = AvatarFields(head: try pair("head", .avx2), torso: try pair("body", .avx2), torsoCodeSize: 64)
let bg = try npy("/work/stages/demo_bc.npy")
let picture = Picture(width: 450, height: 450, channels: 3, bytes: bg.values.map { UInt8($0) })
let val = try npy("/work/stages/demo_val.npy"), train = try npy("/work/stages/demo_train.npy")
func pose(_ t: Tensor, _ i: Int) -> Pose { Pose(matrix: Array(t.values[i * 16..<i * 16 + 16])) }
let codes = try npy("/work/stages/demo-full/codes.npy")
let cam = Camera(width: 450, height: 450, focal: 1100, centerX: 225, centerY: 225)
func request(_ i: Int) -> FrameRequest { FrameRequest(camera: cam, pose: pose(val, i), torsoPose: pose(train, 0), code: Array(codes.values[i * 64..<i * 64 + 64]), background: .picture(picture)) }
let sampling = SamplingOptions(near: 0.56, far: 1.16)
let exact = ExactRenderer(fields: fields, sampling: sampling, threads: 2)
let pixels = try npy("/work/stages/demo-brief/pixels.npy").values.map { Int($0) }
func psnr(_ a: [SIMD3<Float>], _ b: [SIMD3<Float>]) -> Double {
    var s = 0.0
    for i in a.indices { let d = a[i].clamped(lowerBound: .zero, upperBound: .one) - b[i].clamped(lowerBound: .zero, upperBound: .one); s += Double((d * d).sum()) }
    return -10 * log10(s / Double(3 * a.count) + 1e-14)
}
func truth(_ f: Int) throws -> [SIMD3<Float>] { let t = try npy("/work/stages/demo-brief/\(f)-rgb.npy").values; return (0..<t.count / 3).map { SIMD3(t[3 * $0], t[3 * $0 + 1], t[3 * $0 + 2]) } }
do {
    let t = clock.now
    let r = try exact.render(request(77), pixels: Array(pixels))
    print("exact 600 px \(clock.now - t) psnr \(psnr(r, try truth(77)))")
}
// occupancy
let torsoView = { (r: FrameRequest) in fields.torsoView(r) }
let trainCodes = codes
var t = clock.now
let conds = [3, 40, 90, 120, 160, 190, 230, 280]
let wave = Float.pi * 2 / 512

func cached(_ name: String, _ make: () throws -> DensityPeaks) throws -> DensityPeaks {
    let p = "/work/exp/\(name).peaks"
    let m = make
    if let d = FileManager.default.contents(atPath: p + ".json") {
        let shape = try JSONDecoder().decode(OccupancyGrid.Shape.self, from: d)
        return DensityPeaks(shape: shape, values: try npy(p + ".npy").values)
    }
    let t = clock.now
    let r = try m()
    print("learn \(name) \(clock.now - t)")
    _ = FileManager.default.createFile(atPath: p + ".json", contents: try JSONEncoder().encode(r.shape))
    try NumpyFile.write(Tensor(shape: [r.values.count], values: r.values), to: p + ".npy")
    return r
}
let headPeaks = try cached("head") { try OccupancyLearner(network: fields.head.fine, cameras: stride(from: 0, to: 1200, by: 40).map { CameraRays(camera: cam, pose: pose(train, $0)) }, camera: cam, near: 0.56, far: 1.16, conditions: conds.map { fields.headView(request($0)).fineCondition }, shortestWave: wave, threads: 2, seed: 1).peaks { false } }
let torsoPeaks = try cached("torso") { try OccupancyLearner(network: fields.torso.fine, cameras: [CameraRays(camera: cam, pose: pose(train, 0))], camera: cam, near: 0.56, far: 1.16, conditions: conds.map { fields.torsoView(request($0)).fineCondition }, shortestWave: wave, threads: 2, seed: 1).peaks { false } }
for (n, p) in [("head", headPeaks), ("torso", torsoPeaks)] {
    print(n, p.shape.size, "nan", p.values.count { $0.isNaN }, [-10, -3, -1, 0, 1, 2, 5, 10, 20, 50].map { t in "\(t):\(p.values.count { $0 > Float(t) })" })
}
nonisolated(unsafe) var headGrid = headPeaks.grid(threshold: 2), torsoGrid = torsoPeaks.grid(threshold: 2)
func lattice(_ f: Int, _ s: MarchSettings) throws -> (frame: [SIMD3<Float>], evals: (Int, Int), seconds: Double) {
    let q = request(f), t = clock.now
    let tm = LatticeMarcher(view: fields.torsoView(q), camera: cam, near: 0.56, far: 1.16, settings: s, threads: 2)
    let tr = try tm.march(grid: torsoGrid, visible: nil) { false }
    let hm = LatticeMarcher(view: fields.headView(q), camera: cam, near: 0.56, far: 1.16, settings: s, threads: 2)
    let hr = try hm.march(grid: headGrid, visible: tr.map(\.lastWeight)) { false }
    let c = try FrameComposer(q)
    let out = (0..<450 * 450).map { c.compose(head: hr[$0], torso: tr[$0], pixel: $0) }
    let d = clock.now - t
    return (out, (hm.evaluations, tm.evaluations), Double(d.components.seconds) + Double(d.components.attoseconds) * 1e-18)
}



let tests: [(Float, Float, Float, Float)] = [(2, 0.003, 0.00235, 3), (2, 0.003, 0.00235, 7), (2, 0.003, 0.00235, 15),  (2, 0.0025, 0.00235, 5),  (2, 0.004, 0.0016, 7), (2, 0.003, 0.0016, 15), (2, 0.003, 0.0016, 30), (2, 0.003, 0.0031, 5)]
for (thr, h, n, refine) in tests {
    headGrid = headPeaks.grid(threshold: thr); torsoGrid = torsoPeaks.grid(threshold: thr)
    let s = MarchSettings(planeSpacing: h, nodeSpacing: n, refinement: refine)
    var line = ""
    for f in CommandLine.arguments.dropFirst().map({ Int($0)! }) {
        let r = try lattice(f, s)
        line += String(format: " %.1f dB %.2fs %dk+%dk", psnr(pixels.map { r.frame[$0] }, try truth(f)), r.seconds, r.evals.0 / 1000, r.evals.1 / 1000)
    }
    print("thr \(thr) h \(h) node \(n) refine \(refine):", line)
}
