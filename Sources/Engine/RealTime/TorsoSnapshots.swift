import CKernels

/// Renders the torso for some frames: weighted colour and the light that it lets through, pixel by pixel.
struct TorsoSnapshots {
    let fields: AvatarFields
    let image: TorsoImage
    let grid: OccupancyGrid
    let settings: MarchSettings
    let near: Float
    let far: Float
    let shortestWave: Float
    let threads: Int

    /// Fills in what the file lacks.
    ///
    /// - Parameter done: receives the number of snapshots after each.
    /// - Throws: `.canceled`.
    func render(
        _ frames: [FrameRequest], into file: SnapshotFile, done: (Int) -> Void, isCanceled: @Sendable () -> Bool
    ) throws {
        for (index, frame) in frames.enumerated() {
            defer { done(index + 1) }
            if file.isDone(index) { continue }
            let results = try results(frame, isCanceled: isCanceled)
            for block in 0..<image.blocks {
                let values = file.block(block, in: index)
                for point in 0..<BakeBlock.points {
                    let result =
                        image.pixel(point, ofBlock: block).map { results[$0.y * image.width + $0.x] } ?? RayResult()
                    let value = SIMD4(result.foreground, result.lastWeight) * Float(ADN_UNIT)
                    for channel in 0..<4 {
                        values[4 * point + channel] = Int16(min(max(value[channel].rounded(), 0), 32_767))
                    }
                }
            }
            file.finish(index)
        }
    }

    /// One frame's torso, pixel by pixel.
    func results(_ frame: FrameRequest, isCanceled: @Sendable () -> Bool) throws -> [RayResult] {
        try LatticeMarcher(
            view: fields.torsoView(frame), camera: frame.camera, near: near, far: far, settings: settings,
            shortestWave: shortestWave, threads: threads
        ).march(grid: grid, visible: nil, isCanceled: isCanceled)
    }
}
