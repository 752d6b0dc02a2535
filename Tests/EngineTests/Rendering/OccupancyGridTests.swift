import Foundation
import Testing

@testable import Engine

@Suite struct OccupancyGridTests {
    private static let size = SIMD3<Int32>(5, 4, 3)
    private let shape = OccupancyGrid.Shape(origin: SIMD3(-1, 0, 2), cell: 0.5, size: Self.size)

    private func grid(_ cells: [(Int32, Int32, Int32)]) -> OccupancyGrid {
        var occupied = [UInt8](repeating: 0, count: shape.count)
        for cell in cells { occupied[shape.index(cell.0, cell.1, cell.2)] = 1 }
        return OccupancyGrid(shape: shape, occupied: occupied)
    }

    private func look(_ grid: OccupancyGrid, from start: SIMD3<Float>, step: SIMD3<Float>, count: Int) -> [UInt8] {
        var out = [UInt8](repeating: 9, count: count)
        grid.look(from: start, step: step, count: count, into: &out)
        return out
    }

    @Test func cellsLieXFirst() {
        #expect(shape.count == 60)
        #expect(shape.index(1, 2, 1) == 1 + 2 * 5 + 20)
        #expect(shape.center(1, 2, 1) == SIMD3(-0.25, 1.25, 2.75))
        #expect(shape.corner(of: shape.index(1, 2, 1)) == SIMD3(-0.5, 1, 2.5))
        #expect(OccupancyGrid.unknown.share == 1)
        #expect(abs(grid([(0, 0, 0), (4, 3, 2), (2, 2, 2)]).share - 0.05) < 1e-9)
    }

    @Test func dilationReachesTheTwentySixNeighboursAndNotAround() {
        for cell in [(0, 0, 0), (4, 3, 2), (2, 1, 1), (0, 3, 1)] as [(Int32, Int32, Int32)] {
            let dilated = grid([cell]).dilated()
            for z in 0..<Self.size.z {
                for y in 0..<Self.size.y {
                    for x in 0..<Self.size.x {
                        let near = abs(x - cell.0) <= 1 && abs(y - cell.1) <= 1 && abs(z - cell.2) <= 1
                        #expect(dilated.occupied[shape.index(x, y, z)] == (near ? 1 : 0), "\(cell): \(x) \(y) \(z)")
                    }
                }
            }
        }
    }

    @Test func lookingSeesCellsAndTakesTheOutsideForOccupied() {
        let grid = grid([(1, 2, 1)])
        // Along x through cells 0 ... 4 of row (2, 1), from one cell before to one behind.
        #expect(look(grid, from: SIMD3(-1.25, 1.25, 2.75), step: SIMD3(0.5, 0, 0), count: 7) == [1, 0, 1, 0, 0, 0, 1])
        // Outside in y and in z.
        #expect(look(grid, from: SIMD3(0, -0.1, 2.5), step: SIMD3(0, 2.05, 0), count: 3) == [1, 0, 1])
        #expect(look(grid, from: SIMD3(0, 0.1, 1.9), step: SIMD3(0, 0, 0.8), count: 3) == [1, 0, 1])
        // The lowest corner belongs to the box, the highest does not.
        #expect(look(grid, from: shape.origin, step: SIMD3(2.5, 2, 1.5), count: 2) == [0, 1])
        // Numbers that are none are not inside.
        #expect(look(grid, from: SIMD3(.nan, 1, 2.5), step: .zero, count: 1) == [1])
        #expect(look(grid, from: SIMD3(.infinity, 1, 2.5), step: .zero, count: 1) == [1])
    }

    @Test func peaksAboveTheThresholdAreOccupiedWithTheirNeighbours() {
        var values = [Float](repeating: -.infinity, count: 60)
        values[shape.index(0, 0, 0)] = 2.1
        values[shape.index(4, 3, 2)] = 2
        values[shape.index(4, 0, 2)] = .nan
        let grid = DensityPeaks(shape: shape, values: values).grid(threshold: 2)
        var expected = self.grid([(0, 0, 0)]).dilated()
        // Where nobody looked is occupied, but says nothing about its neighbours.
        expected.occupied[shape.index(4, 0, 2)] = 1
        #expect(grid == expected)
    }

    @Test func senselessShapesHaveNoCount() {
        func count(_ x: Int32, _ y: Int32, _ z: Int32, cell: Float = 1) -> Int? {
            OccupancyGrid.Shape(origin: .zero, cell: cell, size: SIMD3(x, y, z)).checkedCount
        }
        #expect(count(5, 4, 3) == 60 && count(0, 4, 3) == 0)
        #expect(count(-1, 4, 3) == nil && count(.max, .max, .max) == nil)
        #expect(
            count(1, 1, 1, cell: 0) == nil && count(1, 1, 1, cell: -1) == nil && count(1, 1, 1, cell: .infinity) == nil)
    }
}
