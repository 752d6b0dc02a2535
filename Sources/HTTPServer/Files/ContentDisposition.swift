/// `Content-Disposition` of a response (RFC 6266): how a file is to be called when it is saved.
public enum ContentDisposition {
    /// To be saved.
    public static func attachment(_ filename: String) -> String {
        "attachment; " + parameters(filename)
    }

    /// To be shown; the name counts if it is saved nonetheless.
    public static func inline(_ filename: String) -> String {
        "inline; " + parameters(filename)
    }

    /// A plain name, and where it cannot say everything the encoded one (RFC 8187) that is preferred to it.
    private static func parameters(_ filename: String) -> String {
        let plain = String(
            String.UnicodeScalarView(
                filename.unicodeScalars.map { $0.isASCII && !isTrouble(UInt8($0.value)) ? $0 : "_" }))
        guard plain != filename else { return "filename=\"\(plain)\"" }
        let encoded = PercentCoding.encode(filename, leaving: "!#$&+-.^_`|~")
        return "filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }

    /// What browsers read in different ways within a quoted name (RFC 6266, appendix D).
    private static func isTrouble(_ byte: UInt8) -> Bool {
        byte.isControl || [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "%"), UInt8(ascii: "/")].contains(byte)
    }
}
