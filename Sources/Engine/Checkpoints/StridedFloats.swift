/// Floats in a file, at regular distances: what a torch tensor, an .npy array and a graph's constant have in common.
struct StridedFloats {
    let format: FloatFormat
    let bigEndian: Bool
    /// The stored elements; `init` has checked that every element of the array lies inside.
    let bytes: UnsafeRawBufferPointer
    let offset: Int
    let shape: [Int]
    /// In elements, not negative; 0 for an axis of a single element, so that no product with a stride overflows.
    let strides: [Int]

    /// Fails if the array does not lie within `bytes`. `shape` must have passed `Extents.count`.
    init?(
        format: FloatFormat, bigEndian: Bool = false, bytes: UnsafeRawBufferPointer, offset: Int = 0, shape: [Int],
        strides: [Int]
    ) {
        guard offset >= 0, strides.count == shape.count, strides.allSatisfy({ $0 >= 0 }),
            let reach = Extents.reach(offset: offset, shape: shape, strides: strides),
            reach <= bytes.count / format.byteCount
        else { return nil }
        self.format = format
        self.bigEndian = bigEndian
        self.bytes = bytes
        self.offset = offset
        self.shape = shape
        self.strides = zip(strides, shape).map { $1 > 1 ? $0 : 0 }
    }

    /// The values in row-major order.
    func values() -> [Float] {
        let count = shape.reduce(1, *)
        guard count > 0, let base = bytes.baseAddress else { return [] }
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            fill(output, from: base + offset * format.byteCount)
            initialized = count
        }
    }

    private func fill(_ output: UnsafeMutableBufferPointer<Float>, from start: UnsafeRawPointer) {
        if isContiguous {
            Self.convert(format, bigEndian: bigEndian, from: start, into: output)
            return
        }
        // An odometer over all axes but the last, which is the inner loop.
        let inner = shape.last ?? 1
        let step = (strides.last ?? 0) * format.byteCount
        var index = [Int](repeating: 0, count: shape.count - 1)
        var row = 0
        var written = 0
        while written < output.count {
            for column in 0..<inner {
                output[written + column] = format.load(start + row + column * step, bigEndian: bigEndian)
            }
            written += inner
            for axis in index.indices.reversed() {
                let stride = strides[axis] * format.byteCount
                index[axis] += 1
                row += stride
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                row -= shape[axis] * stride
            }
        }
    }

    private var isContiguous: Bool {
        zip(shape, zip(strides, Extents.rowMajorStrides(shape))).allSatisfy { $0 == 1 || $1.0 == $1.1 }
    }

    /// Converts `output.count` adjacent elements. The caller vouches for that many readable elements at `start`.
    static func convert(
        _ format: FloatFormat, bigEndian: Bool = false, from start: UnsafeRawPointer,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        if format == .single, !bigEndian {
            UnsafeMutableRawBufferPointer(output).copyMemory(
                from: UnsafeRawBufferPointer(start: start, count: output.count * 4))
            return
        }
        for i in output.indices {
            output[i] = format.load(start + i * format.byteCount, bigEndian: bigEndian)
        }
    }
}
