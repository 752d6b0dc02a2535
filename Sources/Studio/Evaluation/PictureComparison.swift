import Engine
import Foundation

/// How a picture differs from the one that it should be.
public struct PictureComparison: Sendable {
    public let width: Int
    public let height: Int
    /// `[height, width, 3]` picture less truth, in 8-bit steps.
    public let errors: [Int16]
    private let luma: [Double]
    private let truthLuma: [Double]

    /// - Throws: `.inconsistent` if the pictures differ in size.
    public init(_ picture: Picture, truth: Picture) throws(EngineError) {
        guard picture.width == truth.width, picture.height == truth.height, picture.channels == truth.channels else {
            throw EngineError(
                .inconsistent, "comparison", found: "\(picture.width) x \(picture.height) pixels",
                expected: "the truth's \(truth.width) x \(truth.height)", remedy: "render in the truth's size")
        }
        width = truth.width
        height = truth.height
        let (a, b) = (picture.opaqueBytes, truth.opaqueBytes)
        errors = zip(a, b).map { Int16($0) - Int16($1) }
        luma = Self.luma(a)
        truthLuma = Self.luma(b)
    }

    /// Peak signal-to-noise ratio of the whole picture in dB, at most 100.
    public var psnr: Double {
        Self.decibels(errors.reduce(0) { $0 + Double($1) * Double($1) } / Double(errors.count))
    }

    public func psnr(in box: PictureBox) -> Double { Self.decibels(meanSquare(in: box)) }

    /// Of the pixels that a mask, `[height, width]`, names; nil if it names none.
    public func psnr(where mask: [Bool]) -> Double? {
        var (sum, count) = (0.0, 0)
        for pixel in mask.indices where mask[pixel] {
            for value in errors[3 * pixel..<3 * pixel + 3] { sum += Double(value) * Double(value) }
            count += 3
        }
        return count > 0 ? Self.decibels(sum / Double(count)) : nil
    }

    /// Mean structural similarity of the luma (Wang et al., IEEE TIP 13(4), 2004): a Gaussian window of 11 x 11, sigma 1.5,
    /// wherever it fits into the picture; a smaller one in pictures smaller than that.
    public var ssim: Double {
        let side = min(11, (min(width, height) - 1) / 2 * 2 + 1)
        let window = GaussianWindow(side: side, sigma: 1.5)
        func mean(_ values: [Double]) -> [Double] { window.filter(values, width: width, height: height) }
        let (x, y) = (mean(luma), mean(truthLuma))
        let (xx, yy) = (mean(luma.map { $0 * $0 }), mean(truthLuma.map { $0 * $0 }))
        let xy = mean(zip(luma, truthLuma).map { $0 * $1 })
        let (c1, c2) = (0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255)
        var sum = 0.0
        for i in x.indices {
            let product = x[i] * y[i]
            let squares = x[i] * x[i] + y[i] * y[i]
            let variances = xx[i] + yy[i] - squares
            let covariance = xy[i] - product
            let similarity = (2 * product + c1) * (2 * covariance + c2)
            sum += similarity / ((squares + c1) * (variances + c2))
        }
        return sum / Double(x.count)
    }

    /// The block of 8 x 8 pixels, on a grid of such blocks, that is farthest from the truth, and its error's root mean square.
    public var worstBlock: (box: PictureBox, rms: Double) {
        var worst: (box: PictureBox, square: Double)?
        for y in stride(from: 0, to: height, by: 8) {
            for x in stride(from: 0, to: width, by: 8) {
                let box = PictureBox(x: x, y: y, width: min(8, width - x), height: min(8, height - y))
                let square = meanSquare(in: box)
                if square > worst?.square ?? -1 { worst = (box, square) }
            }
        }
        let found = worst ?? (PictureBox(x: 0, y: 0, width: width, height: height), 0)
        return (found.0, found.1.squareRoot())
    }

    /// Root mean square of the change of the error from this frame to the next, in 8-bit steps: what flickers.
    public func temporalError(to next: PictureComparison) -> Double {
        let sum = zip(errors, next.errors).reduce(0.0) { $0 + pow(Double($1.1 - $1.0), 2) }
        return (sum / Double(errors.count)).squareRoot()
    }

    /// PSNR of a mean squared error in 8-bit steps, dB.
    public static func decibels(_ meanSquare: Double) -> Double { min(100, 10 * log10(255 * 255 / meanSquare)) }

    private func meanSquare(in box: PictureBox) -> Double {
        var sum = 0.0
        for y in box.rows {
            for value in errors[3 * (y * width + box.x)..<3 * (y * width + box.x + box.width)] {
                sum += Double(value) * Double(value)
            }
        }
        return sum / Double(3 * box.width * box.height)
    }

    /// ITU-R BT.601.
    private static func luma(_ rgb: [UInt8]) -> [Double] {
        stride(from: 0, to: rgb.count, by: 3).map { (i: Int) -> Double in
            let (red, green, blue) = (Double(rgb[i]), Double(rgb[i + 1]), Double(rgb[i + 2]))
            return 0.299 * red + 0.587 * green + 0.114 * blue
        }
    }
}

extension Picture {
    /// RGB, whatever the picture has besides.
    fileprivate var opaqueBytes: [UInt8] {
        channels == 3 ? bytes : bytes.indices.filter { $0 % 4 < 3 }.map { bytes[$0] }
    }
}
