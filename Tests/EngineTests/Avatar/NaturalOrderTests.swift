import Testing

@testable import Engine

@Suite struct NaturalOrderTests {
    @Test func numbersCompareAsNumbers() {
        // As natsort 8.4 sorts them.
        let sorted = ["9_head.tar", "10_head.tar", "100000_head.tar", "head2.tar", "head10.tar", "head10a.tar", "head.tar"]
        #expect(sorted.reversed().sorted(by: NaturalOrder.precedes) == sorted)
        #expect(NaturalOrder.precedes("9_head.tar", "10_head.tar"))
        #expect(NaturalOrder.precedes("090000_head.tar", "100000_head.tar"))
        #expect(NaturalOrder.precedes("a9b2", "a9b10"))
        #expect(!NaturalOrder.precedes("10", "10"))
        #expect(NaturalOrder.precedes("99999999999999999999998", "99999999999999999999999"))
    }
}
