extension UnsafeRawBufferPointer {
    /// Whether a range, in lower case, is this text.
    ///
    /// - Parameter text: in lower case.
    @inline(__always)
    func matches(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for index in 0..<range.count where self[range.lowerBound &+ index].lowercase != expected[index] { return false }
        return true
    }

    /// Whether a range is this text, case-sensitively.
    @inline(__always)
    func equals(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for index in 0..<range.count where self[range.lowerBound &+ index] != expected[index] { return false }
        return true
    }

    /// The first byte from `position` on that may not stand in a field value; `end` if there is none before it. Tabs count as
    /// such bytes, too: they are too rare to slow the others down.
    @inline(__always)
    func endOfFieldText(from position: Int, to end: Int) -> Int {
        var position = position
        // Eight bytes at a time: in `stops`, the lowest bit set marks the first byte below 0x20 or equal to 0x7F. A borrow
        // can only mark bytes behind it.
        while end &- position >= 8 {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let stops =
                ((word &- 0x2020_2020_2020_2020) & ~word | (delete &- 0x0101_0101_0101_0101) & ~delete)
                & 0x8080_8080_8080_8080
            if stops != 0 { return position &+ stops.trailingZeroBitCount &>> 3 }
            position &+= 8
        }
        while position < end, self[position] >= 0x20, self[position] != 0x7F { position &+= 1 }
        return position
    }
}
