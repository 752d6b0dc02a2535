/// Writes boxes of an ISO base media file (ISO/IEC 14496-12 section 4.2).
struct BoxWriter {
    private(set) var bytes: [UInt8] = []

    /// A box around what the closure writes; its size is filled in afterwards.
    mutating func box(_ type: String, _ content: (inout BoxWriter) -> Void = { _ in }) {
        let start = bytes.count
        put(UInt32(0))
        put(type)
        content(&self)
        set(UInt32(bytes.count - start), at: start)
    }

    /// A box that starts with a version and flags.
    mutating func box(
        _ type: String, version: UInt8, flags: UInt32 = 0, _ content: (inout BoxWriter) -> Void = { _ in }
    ) {
        box(type) {
            $0.put(UInt32(version) << 24 | flags)
            content(&$0)
        }
    }

    mutating func put(_ value: some FixedWidthInteger) { bytes += value.bigEndianBytes }
    mutating func put(_ text: String) { bytes += text.utf8 }
    mutating func put(_ more: some Sequence<UInt8>) { bytes += more }
    mutating func zeros(_ count: Int) { bytes += repeatElement(0, count: count) }

    /// Replaces what was put earlier.
    mutating func set(_ value: UInt32, at offset: Int) {
        bytes.replaceSubrange(offset..<offset + 4, with: value.bigEndianBytes)
    }
}
