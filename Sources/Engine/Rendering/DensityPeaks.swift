/// The highest raw density found in every cell of a grid.
struct DensityPeaks: Sendable, Equatable {
    let shape: OccupancyGrid.Shape
    /// Not a number where nobody looked.
    var values: [Float]

    /// Cells over the threshold and their 26 neighbours are occupied, and so is what nobody looked into.
    func grid(threshold: Float) -> OccupancyGrid {
        var grid = OccupancyGrid(shape: shape, occupied: values.map { $0 > threshold ? 1 : 0 }).dilated()
        for (i, value) in values.enumerated() where value.isNaN { grid.occupied[i] = 1 }
        return grid
    }
}
