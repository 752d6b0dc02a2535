import Testing

@testable import Engine

/// What frames are composited over, and what is composited.
@Suite struct BackgroundTests {
    private let avatar = Octahedron.avatar()

    private func renderer() throws -> ExactRenderer {
        ExactRenderer(
            fields: try AvatarFields(avatar, variant: .portable), sampling: SamplingOptions(avatar.configuration),
            threads: 2)
    }

    private func frame(_ background: Background? = nil, headOnly: Bool = false) throws -> Frame {
        var request = Octahedron.request(avatar)
        if let background { request.background = background }
        request.headOnly = headOnly
        return try renderer().render(request, isCanceled: { false })
    }

    @Test(arguments: [(39, 36), (40, 35), (80, 72), (36, 40)]) func aPictureOfAnotherSizeIsAnError(
        width: Int, height: Int
    ) throws {
        var request = Octahedron.request(avatar)
        request.background = .picture(
            Picture(width: width, height: height, channels: 3, bytes: [UInt8](repeating: 0, count: 3 * width * height)))
        let accelerated = try AcceleratedRenderer(avatar: avatar, precision: .fast, threads: 1, cache: nil)
        for renderer in [try renderer(), accelerated] as [any FrameRenderer] {
            let error = try #require(throws: EngineError.self) { try renderer.render(request, isCanceled: { false }) }
            #expect(error.code == .invalidValue)
            #expect(error.description.contains("\(width) x \(height)") && error.description.contains("40 x 36"))
        }
        #expect(throws: EngineError.self) { try self.renderer().render(request, pixels: [0]) }
    }

    /// Picture and colour only differ in what is behind: a plain picture is the same as its colour.
    @Test func aPlainPictureIsAColor() throws {
        let bytes = [UInt8](repeating: 51, count: 40 * 36 * 3)
        let picture = try frame(.picture(Picture(width: 40, height: 36, channels: 3, bytes: bytes)))
        let color = try frame(.color(SIMD3(repeating: 0.2)))
        #expect(Difference.largest(picture.rgb, color.rgb) < 1e-6)
        #expect(picture.alpha == nil && color.alpha == nil)
        // A fourth channel is not looked at.
        let alpha = (0..<40 * 36).flatMap { _ in [51, 51, 51, 0] as [UInt8] }
        let four = try frame(.picture(Picture(width: 40, height: 36, channels: 4, bytes: alpha)))
        #expect(four.rgb == picture.rgb)
    }

    /// Light is linear: a frame over a background is the frame over nothing and the background times what shines through.
    @Test(arguments: [false, true]) func transparentFramesCarryTheirAlpha(headOnly: Bool) throws {
        let clear = try frame(.transparent, headOnly: headOnly)
        let alpha = try #require(clear.alpha)
        let color = SIMD3<Float>(0.9, 0.4, 0.1)
        let over = try frame(.color(color), headOnly: headOnly)
        #expect(alpha.count == 40 * 36 && alpha.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(alpha.contains { $0 > 0.99 } && alpha.contains { $0 < 0.01 })
        var worst: Float = 0
        for i in clear.rgb.indices {
            worst = max(worst, abs(clear.rgb[i] + (1 - alpha[i / 3]) * color[i % 3] - over.rgb[i]))
            // Premultiplied: no brighter than its alpha.
            #expect(clear.rgb[i] >= 0 && clear.rgb[i] <= alpha[i / 3] + 1e-5)
        }
        #expect(worst < 1e-5)
    }

    /// `1 - last_head * last_torso`, and `head_rgb * last_torso + torso_foreground`.
    @Test func theTorsoIsInFrontOfTheHead() throws {
        var request = Octahedron.request(avatar)
        request.background = .transparent
        let composer = try FrameComposer(request)
        var head = [RayResult](repeating: RayResult(), count: 40 * 36)
        var torso = head
        head[7] = RayResult(foreground: SIMD3(0.2, 0.4, 0.1), lastWeight: 0.25)
        torso[7] = RayResult(foreground: SIMD3(0.3, 0.1, 0), lastWeight: 0.5)
        let frame = composer.frame(head: head, torso: torso)
        // Red 0.2 * 0.5 + 0.3; alpha 1 - 0.25 * 0.5.
        #expect(Difference.largest(Array(frame.rgb[21..<24]), [0.4, 0.3, 0.05]) < 1e-6)
        #expect(frame.alpha![7] == 0.875 && frame.alpha![8] == 0)
        request.background = .color(SIMD3(1, 0.5, 0))
        let color = try FrameComposer(request).compose(head: head[7], torso: torso[7], pixel: 7)
        // Of the background 0.25 * 0.5 shines through.
        #expect(Difference.largest([color].flat, [0.525, 0.3625, 0.05]) < 1e-6)
        // The head alone: 0.2 + 0.25, alpha 1 - 0.25.
        #expect(abs(try FrameComposer(request).frame(head: head, torso: nil).rgb[21] - 0.45) < 1e-6)
        #expect(composer.frame(head: head, torso: nil).alpha![7] == 0.75)
    }

    @Test func aHeadAloneHasNoTorso() throws {
        let both = try frame(.transparent)
        let head = try frame(.transparent, headOnly: true)
        // The torso hangs below the picture's middle: nothing of it is left.
        let below = 30 * 40 + 21
        #expect(both.alpha![below] > 0.5 && head.alpha![below] < 0.01)
        let above = 14 * 40 + 20
        #expect(head.alpha![above] > 0.9)
    }
}
