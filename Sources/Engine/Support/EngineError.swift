/// What went wrong with a user's file, option or request, and what to do about it.
///
/// Every error names the thing, what was found, what was expected and the remedy, so that its
/// description is one line that can stand alone on a terminal or in a problem document.
public struct EngineError: Error, Hashable, Sendable {
    /// The kind of error, open so that modules above can add their own.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A file that is missing or that the system refuses to open.
        public static let unreadable = Code(rawValue: "unreadable")
        /// A file that is not what its format asks for: truncated, corrupt, or hostile.
        public static let malformed = Code(rawValue: "malformed")
        /// A well-formed file in a dialect that is not supported.
        public static let unsupported = Code(rawValue: "unsupported")
        /// Files that are each fine but do not fit together, or an avatar that misses a part.
        public static let inconsistent = Code(rawValue: "inconsistent")
        /// An option or a value outside its range.
        public static let invalidValue = Code(rawValue: "invalid-value")
        /// An output that could not be written.
        public static let unwritable = Code(rawValue: "unwritable")
        /// A child process that failed or is missing.
        public static let toolFailed = Code(rawValue: "tool-failed")
        /// The work was cancelled by its owner.
        public static let canceled = Code(rawValue: "canceled")
    }

    public let code: Code
    /// The file, field or option at fault, as the user named it.
    public let subject: String
    /// What is there.
    public let found: String
    /// What would have been right; empty where `found` says it all.
    public let expected: String
    /// What the user can do.
    public let remedy: String

    public init(_ code: Code, _ subject: String, found: String, expected: String = "", remedy: String = "") {
        self.code = code
        self.subject = subject
        self.found = found
        self.expected = expected
        self.remedy = remedy
    }
}

extension EngineError: CustomStringConvertible {
    /// `subject: found, expected ...; remedy`, on one line.
    public var description: String {
        var text = "\(subject): \(found)"
        if !expected.isEmpty { text += ", expected \(expected)" }
        if !remedy.isEmpty { text += "; \(remedy)" }
        return text.replacing("\n", with: " ")
    }
}
