/// Some exact rays of some frames, to hold a strategy against.
struct Probe {
    private let parts: [(request: FrameRequest, pixels: [Int], truth: [SIMD3<Float>])]

    /// Traces `rays` exact rays, spread over the samples at random.
    init(
        samples: [FrameRequest], rays: Int, exact: ExactRenderer, seed: String,
        isCanceled: @Sendable () -> Bool = { false }
    ) throws {
        var random = SplitMix(seed: seed.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        parts = try samples.map { request in
            let count = request.camera.width * request.camera.height
            let pixels = (0..<min(rays / samples.count, count)).map { _ in Int.random(in: 0..<count, using: &random) }
            return (request, pixels, try exact.render(request, pixels: pixels, isCanceled: isCanceled))
        }
    }

    var rays: Int { parts.reduce(0) { $0 + $1.pixels.count } }

    /// How faithful other colours for the same pixels are.
    func fidelity(of render: (FrameRequest, [Int]) throws -> [SIMD3<Float>]) throws -> Fidelity {
        Fidelity(try parts.flatMap { try render($0.request, $0.pixels) }, truth: parts.flatMap(\.truth))
    }
}
