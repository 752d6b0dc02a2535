import CKernels
import Foundation
import Testing

@testable import Engine

/// The loops of real-time rendering: the fast ones against the portable ones, those against plain sums.
@Suite(.serialized) struct RealTimeKernelTests {
    /// Runs a body with the portable loops, then with the machine's fastest.
    private func both<Value>(_ body: () -> Value) -> (portable: Value, fast: Value) {
        adn_realtime_use_portable(true)
        let portable = body()
        adn_realtime_use_portable(false)
        return (portable, body())
    }

    /// Some blocks in two columns, with ranks 0, 1, 2 ...
    private struct Blocks {
        let count = 6
        /// Eight at once, and some that are left.
        let global: Int32 = 13
        var mean: [Int16] = []
        var rows: [Int8] = []
        var first: [UInt32] = [0]
        var map: [UInt16] = []
        var places: [UInt32] = []
        let coefficients: [Float]

        init() {
            var random = SplitMix(seed: 7)
            for block in 0..<count {
                mean += (0..<256).map { _ in Int16.random(in: -20_000...20_000, using: &random) }
                for _ in 0..<block {
                    rows += (0..<256).map { _ in Int8.random(in: -127...127, using: &random) }
                    map += (0..<global).map { _ in Float16(Float.random(in: -40...40, using: &random)).bitPattern }
                }
                first.append(UInt32(rows.count / 256))
                places.append(UInt32(block % 2 * 32 + block / 2 * 2 * 4 * 64))
            }
            coefficients = (0..<global).map { _ in Float.random(in: -2...2, using: &random) }
        }

        /// A row's share of a coefficient.
        func weight(_ row: Int, _ coefficient: Int) -> Float {
            Float(Float16(bitPattern: map[Int(global) * row + coefficient]))
        }

        /// - Parameter seen: of blocks that have all been mixed before; nil for the first time.
        func mix(threshold: Float, lift: Int32, seen: [UInt8]? = nil) -> (values: [Int16], dense: [UInt8]) {
            var values = [Int16](repeating: -1, count: 3 * 2 * 4 * 64)
            var dense = [UInt8](repeating: 9, count: count)
            mean.withUnsafeBufferPointer { mean in
                rows.withUnsafeBufferPointer { rows in
                    first.withUnsafeBufferPointer { first in
                        map.withUnsafeBufferPointer { map in
                            places.withUnsafeBufferPointer { places in
                                var blocks = adn_blocks(
                                    mean: mean.baseAddress, rows: rows.baseAddress, first: first.baseAddress,
                                    map: map.baseAddress, place: places.baseAddress, global: global, row_stride: 64,
                                    plane_stride: 4 * 64, lift: lift, settled: seen != nil)
                                adn_mix_blocks(&blocks, 0, count, coefficients, &values, threshold, seen, &dense)
                            }
                        }
                    }
                }
            }
            return (values, dense)
        }
    }

    @Test(arguments: [0, 5_000] as [Int32]) func blocksAreMeanAndRows(lift: Int32) {
        let blocks = Blocks()
        let global = Int(blocks.global)
        let (portable, fast) = both { blocks.mix(threshold: 15_000, lift: lift) }
        for block in 0..<blocks.count {
            var bits: UInt8 = 0
            for i in 0..<256 {
                var sum = Double(blocks.mean[256 * block + i])
                for row in Int(blocks.first[block])..<Int(blocks.first[block + 1]) {
                    let c = (0..<global).reduce(0.0) {
                        $0 + Double(blocks.weight(row, $1)) * Double(blocks.coefficients[$1])
                    }
                    sum += c * Double(blocks.rows[256 * row + i])
                }
                if i % 4 == 3 { sum += Double(lift) }
                sum = min(max(sum, -32_767), 32_767)
                let at = Int(blocks.places[block]) + i / 128 * 256 + i / 32 % 4 * 64 + i % 32
                #expect(abs(Double(portable.values[at]) - sum) <= 2)
                #expect(abs(Int(fast.values[at]) - Int(portable.values[at])) <= 1)
                if i % 4 == 3, Int(portable.values[at]) - Int(lift) > 15_000 { bits |= 1 << UInt8(i / 128) }
            }
            #expect(portable.dense[block] == bits)
        }
        #expect(portable.dense == fast.dense)
    }

    /// Those that never vary, and those that nobody sees.
    @Test func blocksThatNeedNotBeMixedStayAsTheyAre() {
        let blocks = Blocks()
        let all = blocks.mix(threshold: 15_000, lift: 0)
        let (portable, fast) = both { blocks.mix(threshold: 15_000, lift: 0, seen: [1, 1, 0, 1, 0, 1]) }
        #expect(zip(portable.values, fast.values).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        for block in 0..<blocks.count {
            let isMixed = ![0, 2, 4].contains(block)
            #expect(portable.dense[block] == (isMixed ? all.dense[block] : 9))
            let at = Int(blocks.places[block])
            #expect(portable.values[at] == (isMixed ? all.values[at] : -1))
        }
    }

    /// A volume of 32 x 24 x 20 points, 5 mm apart, and a camera before it.
    private struct Volume {
        let grid = VolumeGrid(
            axes: [0, 1, 2], origin: SIMD3(-0.08, -0.06, -0.1), spacing: SIMD3(0.005, 0.005, 0.01),
            size: SIMD3(32, 24, 20))
        let camera = Camera(width: 45, height: 37, focal: 120, centerX: 22, centerY: 18)
        let pose: Pose
        let near: Float = 0.5
        let far: Float = 1.2
        let densest: Float = 150
        var points: [Int16] = []
        let words: Int

        /// A ball with a soft edge, whose colours vary.
        init(turn: Float) {
            let (s, c) = (sin(turn), cos(turn))
            pose = Pose(matrix: [c, 0, s, 0.8 * s + 0.01, 0, 1, 0, 0.02, -s, 0, c, 0.8 * c])
            for z in 0..<Int32(20) {
                for y in 0..<Int32(24) {
                    for x in 0..<Int32(32) {
                        let p = grid.position(x, y, z)
                        let d = (p / SIMD3(0.05, 0.04, 0.06)).length
                        let color = SIMD3(0.5 + 6 * p.x, 0.5 - 7 * p.y, 0.4 + 3 * p.z)
                        for channel in 0..<3 { points.append(Int16(min(max(color[channel], 0), 1) * 30_000)) }
                        points.append(Int16(min(max(2 * (1 - d), -0.16), 0.8) * 30_000) + Int16(BakedScale.lift))
                    }
                }
            }
            words = Int(adn_tiles(45) * adn_tiles(37) * adn_plane_words(20))
        }

        /// The first points of all blocks.
        var corners: [(Int16, Int16, Int16)] {
            stride(from: Int16(0), to: 20, by: 2).flatMap { z in
                stride(from: Int16(0), to: 24, by: 4).flatMap { y in
                    stride(from: Int16(0), to: 32, by: 8).map { x in (x, y, z) }
                }
            }
        }

        /// For each block whether it counts as seen by a camera of that width, and whether it is: any of the points that it is
        /// interpolated from lies in the picture.
        func seen(width: Int) -> [(counts: Bool, isSeen: Bool)] {
            let camera = Camera(width: width, height: 37, focal: 120, centerX: 22, centerY: 18)
            var found = [UInt8](repeating: 9, count: corners.count)
            points.withUnsafeBufferPointer { points in
                var volume = grid.volume(
                    points: points.baseAddress!, camera: camera, pose: pose, near: near, far: far, densityUnit: densest)
                adn_find_seen_blocks(&volume, corners, 0, corners.count, &found)
            }
            return zip(corners, found).map { corner, counts in
                var isSeen = false
                for dz in 0..<Int32(2) {
                    for dy in -1...Int32(4) {
                        for dx in -1...Int32(8) {
                            let point = grid.position(Int32(corner.0) + dx, Int32(corner.1) + dy, Int32(corner.2) + dz)
                            if let pixel = camera.project(point, from: pose) {
                                let isInside = pixel.x >= 0 && pixel.x < Float(width) && pixel.y >= 0 && pixel.y < 37
                                isSeen = isSeen || isInside
                            }
                        }
                    }
                }
                return (counts == 1, isSeen)
            }
        }

        /// The whole picture, every pixel marched or some interpolated.
        func march(tolerance: Float?, light: [Float]? = nil) -> (pixels: [Float], marched: Int) {
            var sets = [UInt64](repeating: 0, count: words)
            var out = [Float](repeating: -1, count: 4 * 45 * 37)
            var marched = 0
            points.withUnsafeBufferPointer { points in
                var volume = grid.volume(
                    points: points.baseAddress!, camera: camera, pose: pose, near: near, far: far, densityUnit: densest)
                let corners = corners
                let dense = [UInt8](repeating: 3, count: corners.count)
                adn_splat_blocks(&volume, corners, dense, 0, corners.count, &sets)
                for y in 0..<adn_tiles(37) {
                    for x in 0..<adn_tiles(45) {
                        adn_march_tile(&volume, sets, x, y, tolerance == nil ? 1 : 2, light, &out)
                    }
                }
                if let tolerance {
                    for y in 0..<adn_tiles(37) {
                        for x in 0..<adn_tiles(45) {
                            marched += Int(adn_refine_tile(&volume, sets, x, y, tolerance, light, &out))
                        }
                    }
                }
            }
            return (out, marched)
        }

        /// One pixel by plain double-precision sums over the planes.
        func plain(_ px: Int, _ py: Int) -> [Double] {
            let rays = CameraRays(camera: camera, pose: pose)
            let direction = rays.direction(x: Float(px), y: Float(py))
            var planes: [(t: Float, z: Int)] = []
            for z in 0..<20 {
                let t = (grid.origin.z + Float(z) * grid.spacing.z - rays.origin.z) / direction.z
                if t >= near && t <= far { planes.append((t, z)) }
            }
            planes.sort { $0.t < $1.t }
            let step = Double(direction.length * abs(grid.spacing.z / direction.z)) * Double(densest)
            var (color, light) = ([0.0, 0, 0], 1.0)
            for (t, z) in planes {
                let p = rays.origin + direction * t
                let x = Double(min(max((p.x - grid.origin.x) / grid.spacing.x, 0), 30.99))
                let y = Double(min(max((p.y - grid.origin.y) / grid.spacing.y, 0), 22.99))
                let (ix, iy) = (Int(x), Int(y))
                func value(_ channel: Int) -> Double {
                    func at(_ dx: Int, _ dy: Int) -> Double {
                        let raw = Int(points[4 * ((z * 24 + iy + dy) * 32 + ix + dx) + channel])
                        return Double(raw - (channel == 3 ? Int(BakedScale.lift) : 0)) / 30_000
                    }
                    let (u, v) = (x - Double(ix), y - Double(iy))
                    return (at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v
                }
                let kept = exp(-max(value(3), 0) * step)
                var weight = light * (1 - kept)
                light *= kept
                if light < 0.01 { (weight, light) = (weight + light, 0) }
                for channel in 0..<3 { color[channel] += weight * value(channel) }
                if light == 0 { break }
            }
            return color + [light]
        }
    }

    /// From before, from behind, and from the side, where planes stand edge on.
    @Test(arguments: [0, 0.4, -0.7, 3.0] as [Float]) func raysIntegratePlaneByPlane(turn: Float) {
        let volume = Volume(turn: turn)
        let (portable, fast) = both { volume.march(tolerance: nil).pixels }
        var seen = 0
        for y in 0..<37 {
            for x in 0..<45 {
                let plain = volume.plain(x, y)
                let at = 4 * (y * 45 + x)
                for channel in 0..<4 {
                    // A ray that just gets opaque, or just not, may differ by what opacity leaves.
                    #expect(abs(Double(portable[at + channel]) - plain[channel]) < 0.011, "\(x) \(y)")
                    #expect(abs(fast[at + channel] - portable[at + channel]) < 0.011)
                }
                if plain[3] < 0.5 { seen += 1 }
            }
        }
        #expect(seen > 100)
        let close = zip(portable, fast).count { abs($0 - $1) < 1e-4 }
        #expect(Double(close) > 0.99 * Double(fast.count))
    }

    /// From before, from the side, and from so near that blocks are beside the camera.
    @Test(arguments: [0, 0.4, -0.7, 1.5] as [Float], [12, 45]) func blocksBesideThePictureAreNotSeen(
        turn: Float, width: Int
    ) {
        let blocks = Volume(turn: turn).seen(width: width)
        #expect(blocks.allSatisfy { $0.counts || !$0.isSeen })
        #expect(blocks.contains { $0.isSeen })
        // It is no use without leaving out most of what is not seen.
        let (beside, leftOut) = (blocks.count { !$0.isSeen }, blocks.count { !$0.counts })
        #expect(beside == 0 || 3 * leftOut >= 2 * beside, "\(leftOut) of \(beside)")
    }

    @Test func planesEdgeOnShowNothing() {
        let volume = Volume(turn: .pi / 2)
        let pixels = volume.march(tolerance: nil).pixels
        #expect(pixels.allSatisfy { $0.isFinite })
    }

    @Test func interpolatedPixelsAreAsGood() {
        let volume = Volume(turn: 0.2)
        let all = volume.march(tolerance: nil).pixels
        let (portable, fast) = both { volume.march(tolerance: 0.004) }
        for result in [portable, fast] {
            let errors = zip(result.pixels, all).map { abs($0 - $1) }
            #expect(errors.reduce(0) { $0 + $1 * $1 } / Float(errors.count) < 1e-6)
            #expect((errors.max() ?? 1) < 0.05)
            #expect(result.marched > 0 && result.marched < 45 * 37 * 3 / 4 / 2)
        }
        let exact = volume.march(tolerance: -1)
        #expect(exact.pixels == all)
    }

    @Test func hiddenPixelsAreLeftOut() {
        let volume = Volume(turn: 0)
        var light = [Float](repeating: 1, count: 4 * 45 * 37)
        for pixel in 0..<45 * 18 { light[4 * pixel + 3] = 0.001 }
        let (pixels, _) = volume.march(tolerance: 0.004, light: light)
        let all = volume.march(tolerance: nil).pixels
        for pixel in 0..<45 * 18 { #expect(Array(pixels[4 * pixel..<4 * pixel + 4]) == [0, 0, 0, 1]) }
        #expect(zip(pixels, all).dropFirst(4 * 45 * 22).allSatisfy { abs($0 - $1) < 0.02 })
    }

    @Test(arguments: [false, true]) func picturesArePutTogether(alpha: Bool) {
        var random = SplitMix(seed: 3)
        let count = 133
        func layer() -> [Float] {
            (0..<count).flatMap { _ -> [Float] in
                let left = random.unit()
                return (0..<3).map { _ in random.unit() * (1 - left) } + [left]
            }
        }
        let (head, torso) = (layer(), layer())
        let background = (0..<3 * count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let channels = alpha ? 4 : 3
        let (portable, fast) = both {
            var out = [UInt8](repeating: 0, count: channels * count)
            adn_compose(head, torso, alpha ? nil : background, count, alpha, &out)
            return out
        }
        #expect(zip(portable, fast).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        for pixel in 0..<count {
            let left = head[4 * pixel + 3] * torso[4 * pixel + 3]
            for channel in 0..<3 {
                let behind = alpha ? 0 : head[4 * pixel + 3] * Float(background[3 * pixel + channel]) / 255
                var color = (head[4 * pixel + channel] + behind) * torso[4 * pixel + 3] + torso[4 * pixel + channel]
                if alpha { color /= 1 - left }
                let expected = min(max(color, 0), 1) * 255
                #expect(abs(Float(portable[channels * pixel + channel]) - expected) <= 1)
            }
            if alpha { #expect(abs(Float(portable[4 * pixel + 3]) - (1 - left) * 255) <= 1) }
        }
    }

    /// The image itself, half of it, twice it, and a part.
    @Test(arguments: [(1, 0), (2, 0), (0.5, 0), (0.8, 3.3)] as [(Float, Float)])
    func imagesAreSampled(scale: Float, shift: Float) {
        let (width, height) = (24, 16)
        var image: [Int16] = []
        for y in 0..<height {
            for x in 0..<width { for channel in 0..<4 { image.append(Int16(300 * x + 500 * y + 100 * channel)) } }
        }
        let (portable, fast) = both {
            var out = [Float](repeating: -1, count: 4 * 20 * 14)
            adn_sample_image(image, 24, 16, 96, scale, shift, scale, shift, 20, 0, 14, &out)
            return out
        }
        for y in 0..<14 {
            for x in 0..<20 {
                let u = min(Float(x) * scale + shift, 23)
                let v = min(Float(y) * scale + shift, 15)
                for channel in 0..<4 {
                    let expected = (300 * u + 500 * v + 100 * Float(channel)) / 30_000
                    #expect(abs(portable[4 * (y * 20 + x) + channel] - expected) < 1e-4)
                }
            }
        }
        #expect(zip(portable, fast).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func productsAreSums() {
        var random = SplitMix(seed: 9)
        let rows = (0..<5 * 40).map { _ in Float.random(in: -1...1, using: &random) }
        let (portable, fast) = both {
            var sums = [Double](repeating: 1, count: 25)
            adn_add_products(rows, 5, 40, 37, &sums)
            return sums
        }
        for i in 0..<5 {
            for j in 0...i {
                var expected = 1.0
                for k in 0..<37 { expected += Double(rows[40 * i + k] * rows[40 * j + k]) }
                #expect(abs(portable[5 * i + j] - expected) < 1e-5 && abs(fast[5 * i + j] - expected) < 1e-5)
            }
        }
    }
}
