/// Where the parts of a request line lie in the head.
struct RequestLine: Sendable {
    var method = 0..<0
    var target = 0..<0
    /// Where the first `?` of the target is.
    var question: Int?
    var isHTTP10 = false
    var isHEAD = false
}
