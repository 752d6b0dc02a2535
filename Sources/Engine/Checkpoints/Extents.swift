/// Arithmetic on shapes that come from a file.
enum Extents {
    /// The number of elements of a shape, or nil if an extent is negative, there are too many of them, or their product
    /// overflows. Zero extents count as one in the overflow check, so that the extents can be multiplied in any order.
    static func count(_ shape: [Int]) -> Int? {
        guard shape.count <= CheckpointLimits.rank else { return nil }
        var product = 1
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            if overflow { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// The strides, in elements, of a row-major array. The shape must have passed `count`.
    static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
        }
        return strides
    }

    /// The strides, in elements, of a column-major (Fortran) array. The shape must have passed `count`.
    static func columnMajorStrides(_ shape: [Int]) -> [Int] {
        rowMajorStrides(shape.reversed()).reversed()
    }

    /// The index after the last element that a strided array touches, 0 for an empty one, nil if it overflows.
    /// The shape must have passed `count`.
    static func reach(offset: Int, shape: [Int], strides: [Int]) -> Int? {
        if shape.contains(0) { return 0 }
        var last = offset
        for (extent, stride) in zip(shape, strides) {
            let (step, stepOverflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (next, overflow) = last.addingReportingOverflow(step)
            if stepOverflow || overflow { return nil }
            last = next
        }
        let (reach, overflow) = last.addingReportingOverflow(1)
        return overflow ? nil : reach
    }

    /// `[2, 3]`, shortened where a hostile file makes it long.
    static func text(_ shape: [Int]) -> String {
        let shown = shape.prefix(8).map(String.init).joined(separator: ", ")
        return "[\(shown)\(shape.count > 8 ? ", ... \(shape.count) in all" : "")]"
    }
}
