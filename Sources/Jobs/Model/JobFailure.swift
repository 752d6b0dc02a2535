/// Why a job failed, as its owner is told; thrown by a performer it fails the job at once.
public struct JobFailure: Error, Codable, Hashable, Sendable {
    /// A short name for programs, such as `bad-audio`; open.
    public let kind: String
    /// The kind in words.
    public let title: String
    /// What was found and what to do about it, in one sentence.
    public let detail: String

    public init(kind: String, title: String, detail: String) {
        self.kind = kind
        self.title = title
        self.detail = detail
    }
}

extension JobFailure: CustomStringConvertible {
    public var description: String { "\(title): \(detail)" }
}
