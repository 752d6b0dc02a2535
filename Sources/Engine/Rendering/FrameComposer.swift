/// Puts the torso in front of the head in front of the background.
struct FrameComposer: Sendable {
    let width: Int
    let height: Int
    let background: Background

    init(_ request: FrameRequest) throws(EngineError) {
        width = request.camera.width
        height = request.camera.height
        background = request.background
        if case .picture(let picture) = background, picture.width != width || picture.height != height {
            throw EngineError(
                .invalidValue, "background", found: "\(picture.width) x \(picture.height) pixels",
                expected: "the frame's \(width) x \(height)", remedy: "scale it first")
        }
    }

    /// The background's colour at a pixel, in [0, 1]; black where it is transparent.
    @inline(__always)
    func background(at pixel: Int) -> SIMD3<Float> {
        switch background {
        case .color(let color): return color
        case .transparent: return .zero
        case .picture(let picture):
            return picture.bytes.withUnsafeBufferPointer { bytes in
                let at = pixel * picture.channels
                return SIMD3(Float(bytes[at]), Float(bytes[at + 1]), Float(bytes[at + 2])) / 255
            }
        }
    }

    /// `head_rgb * torso_last_weight + torso_foreground`; the head's colour already contains the background.
    @inline(__always)
    func compose(head: RayResult, torso: RayResult, pixel: Int) -> SIMD3<Float> {
        head.over(background(at: pixel)) * torso.lastWeight + torso.foreground
    }

    /// A whole frame from the results of all its pixels, row by row; no torso leaves the head alone.
    func frame(head: [RayResult], torso: [RayResult]?) -> Frame {
        let count = width * height
        let nothing = RayResult()
        let rgb = [Float](unsafeUninitializedCapacity: count * 3) { rgb, initialized in
            for pixel in 0..<count {
                let color = compose(head: head[pixel], torso: torso?[pixel] ?? nothing, pixel: pixel)
                for channel in 0..<3 { rgb[3 * pixel + channel] = color[channel] }
            }
            initialized = count * 3
        }
        guard case .transparent = background else { return Frame(width: width, height: height, rgb: rgb) }
        let alpha = (0..<count).map { 1 - head[$0].lastWeight * (torso?[$0].lastWeight ?? 1) }
        return Frame(width: width, height: height, rgb: rgb, alpha: alpha)
    }
}
