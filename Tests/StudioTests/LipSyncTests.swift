import Engine
import Foundation
import Testing

@testable import Studio

@Suite struct LipSyncTests {
    /// Something like speech: slow, and never the same twice.
    private func speech(_ count: Int, seed: UInt64 = 7) -> [Double] {
        var random = SeededRandom(seed: seed)
        let raw = (0..<count + 4).map { _ in Double.random(in: 0...1, using: &random) }
        let bell: [Double] = [1, 2, 3, 2, 1]
        return (0..<count).map { i in zip(bell, raw[i..<i + 5]).reduce(0.0) { $0 + $1.0 * $1.1 / 9 } }
    }

    /// The signal some frames later.
    private func delayed(_ signal: [Double], by lag: Int) -> [Double] {
        signal.indices.map { signal[min(max($0 - lag, 0), signal.count - 1)] }
    }

    /// Mouths of 6 x 4 pixels that open by the signal, over a light that flickers at random.
    private func mouths(_ opening: [Double], sign: Double = -1, light: Double = 0) -> [[Double]] {
        var random = SeededRandom(seed: 3)
        return opening.map { open in
            let flicker = Double.random(in: -1...1, using: &random) * light
            return (0..<24).map { i -> Double in
                let lips = (6..<18).contains(i) ? sign * 80 * open : 5 * open
                return 120 + flicker * Double(i % 3) + lips
            }
        }
    }

    private func reference(_ values: [Double]) throws -> MouthReference {
        try MouthReference.written(values, rows: Array(values.indices))
    }

    @Test(arguments: [-8, -3, -1, 0, 1, 2, 8])
    func aKnownLagIsFound(lag: Int) throws {
        let wanted = speech(100)
        for sign in [-1.0, 1] {
            let sync = try #require(
                LipSync(
                    mouths: mouths(delayed(wanted, by: lag), sign: sign, light: 4), firstFrame: 0,
                    reference: reference(wanted)))
            #expect(sync.lag == lag)
            #expect(sync.correlation > 0.97 && sync.correlation <= 1 + 1e-12)
            #expect(sync.share > 0.9 && sync.share <= 1)
            #expect(try #require(sync.chance) < 0.75)
            // The mouth opens when it should, whichever way the luma goes.
            let best = LagCorrelation.best(of: sync.opening, against: sync.referenceValues, within: 8)
            #expect(try #require(best).correlation > 0.97)
        }
    }

    @Test func whatIsUnrelatedIsNotAboveChance() throws {
        var above = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let sync = try #require(
                LipSync(
                    mouths: mouths(speech(100, seed: seed)), firstFrame: 0,
                    reference: reference(speech(100, seed: seed + 100))))
            if sync.correlation > (try #require(sync.chance)) { above += 1 }
        }
        // One in twenty, give or take.
        #expect(above <= 4)
    }

    @Test func theStretchLiesInTheVideo() throws {
        let wanted = speech(160)
        let sync = try #require(
            LipSync(mouths: mouths(Array(wanted[40..<120])), firstFrame: 40, reference: reference(wanted)))
        #expect(sync.lag == 0 && sync.firstFrame == 40)
        #expect(zip(sync.referenceValues, wanted[40..<120]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func whatNeverMovesTellsNothing() throws {
        let wanted = speech(50)
        let still = [[Double]](repeating: [Double](repeating: 7, count: 24), count: 50)
        #expect(LipSync(mouths: still, firstFrame: 0, reference: try reference(wanted)) == nil)
        let silence = try reference([Double](repeating: 0.3, count: 50))
        #expect(LipSync(mouths: mouths(wanted), firstFrame: 0, reference: silence) == nil)
        #expect(
            LipSync(mouths: mouths(Array(wanted[..<24])), firstFrame: 0, reference: try reference(wanted)) == nil)
    }

    @Test func theComponentIsWhatVariesMost() throws {
        let (strong, weak) = (speech(60, seed: 1), speech(60, seed: 2))
        let pictures = zip(strong, weak).map { s, w in (0..<30).map { i -> Double in i < 15 ? 50 * s : 5 * w } }
        let component = try #require(PrincipalComponent(pictures))
        #expect(abs(component.values.reduce(0, +)) < 1e-9)
        #expect(component.share > 0.98)
        let best = LagCorrelation.best(of: component.values, against: strong, within: 0)
        #expect(abs(try #require(best).correlation) > 0.999)
        // In the pixels' unit: half of the pixels move by 50 times the signal.
        let mean = strong.reduce(0, +) / 60
        let moved = strong.map { abs(50 * ($0 - mean)) * 0.5.squareRoot() }
        #expect(zip(component.values, moved).allSatisfy { abs(abs($0) - $1) < 0.5 })
    }

    @Test func vowelsOpenMouths() {
        // A letter every eight frames: i, space, m, blank, a.
        let letters = [9, 0, 13, 28, 1]
        var values: [Float] = []
        for letter in letters {
            for _ in 0..<8 * SpeechFeatures.steps {
                values += (0..<SpeechFeatures.characters).map { $0 == letter ? 9 : -3 }
            }
        }
        let features = SpeechFeatures(count: 40, values: values)
        let reference = MouthReference(features: features, rows: Array(0..<40))
        let middles = (0..<5).map { reference.values[8 * $0 + 4] }
        #expect(middles[0] > 0.99 && middles[4] > 0.99)
        #expect(middles[1...3].allSatisfy { $0 < 0.01 })
        // Rows are taken as the video shows them.
        let last = MouthReference(features: features, rows: [39, 39, 39])
        #expect(last.values.allSatisfy { $0 > 0.99 })
    }

    @Test func filesThatAreTooShortAreRefused() throws {
        #expect(throws: EngineError.self) { try MouthReference.written([0, 1, 2], rows: [0, 1, 2, 3]) }
        #expect(throws: EngineError.self) { try MouthReference.written([0, .nan, 2], rows: [0, 1, 2]) }
        #expect(try MouthReference.written([5, 6, 7], rows: [2, 0]).values == [7, 5])
    }
}

extension MouthReference {
    /// As from a file whose first column is the opening.
    fileprivate static func written(_ values: [Double], rows: [Int]) throws -> MouthReference {
        let path = FileManager.default.temporaryDirectory.appending(path: "adnerf-mouth-\(UUID().uuidString).npy").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let columns = values.flatMap { [Float($0), Float(0.5)] }
        try NumpyFile.write(Tensor(shape: [values.count, 2], values: columns), to: path)
        return try MouthReference(path: path, rows: rows)
    }
}
