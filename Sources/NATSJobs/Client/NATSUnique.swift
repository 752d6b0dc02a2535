#if NATS

/// Names that no other message has: 22 characters, as of NUIDs.
enum NATSUnique {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func next() -> String {
        String(decoding: (0..<22).map { _ in digits.randomElement()! }, as: UTF8.self)
    }
}

#endif
