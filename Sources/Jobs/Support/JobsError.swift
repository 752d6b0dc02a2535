/// What went wrong with a job, a store or a request, and what to do about it; its description is one line.
public struct JobsError: Error, Hashable, Sendable {
    /// The kind of error, open so that other engines can add their own.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no such job, blob or segment.
        public static let notFound = Code(rawValue: "not-found")
        /// Too many jobs wait already; `retryAfter` says when to try again.
        public static let queueFull = Code(rawValue: "queue-full")
        /// The disk, or the quota on it, is full.
        public static let noSpace = Code(rawValue: "no-space")
        /// The idempotency key was used with another body.
        public static let idempotencyMismatch = Code(rawValue: "idempotency-mismatch")
        /// The job has ended, so what was asked for cannot be any more.
        public static let ended = Code(rawValue: "ended")
        /// Somebody else changed the record first.
        public static let conflict = Code(rawValue: "conflict")
        /// The event does not fit the job's state.
        public static let illegalTransition = Code(rawValue: "illegal-transition")
        /// A value outside its range.
        public static let invalid = Code(rawValue: "invalid")
        /// Another server uses the data folder.
        public static let folderInUse = Code(rawValue: "folder-in-use")
        /// The disk or the database failed.
        public static let storage = Code(rawValue: "storage")
        /// The engine cannot be reached, or has no majority just now.
        public static let unavailable = Code(rawValue: "engine-unavailable")
        /// The engine refuses this client, or something that it needs.
        public static let notPermitted = Code(rawValue: "engine-not-permitted")
        /// The engine lacks what is needed of it, as it is set up.
        public static let unsuitable = Code(rawValue: "engine-unsuitable")
    }

    public let code: Code
    /// The job, file or value at fault.
    public let subject: String
    /// What is there.
    public let found: String
    /// What would have been right; empty where `found` says it all.
    public let expected: String
    /// What can be done.
    public let remedy: String
    /// Seconds after which to try again, where that helps.
    public let retryAfter: Int?

    public init(
        _ code: Code, _ subject: String, found: String, expected: String = "", remedy: String = "",
        retryAfter: Int? = nil
    ) {
        self.code = code
        self.subject = subject
        self.found = found
        self.expected = expected
        self.remedy = remedy
        self.retryAfter = retryAfter
    }
}

extension JobsError: CustomStringConvertible {
    /// `subject: found, expected ...; remedy`, on one line.
    public var description: String {
        var text = "\(subject): \(found)"
        if !expected.isEmpty { text += ", expected \(expected)" }
        if !remedy.isEmpty { text += "; \(remedy)" }
        return text.replacing("\n", with: " ")
    }
}
