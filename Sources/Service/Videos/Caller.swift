import HTTPServer

/// Who asks, and what they may see.
struct Caller: Sendable {
    /// Whose jobs are made and listed.
    let owner: String
    /// Jobs that may wait or run at a time; nil for the server's own limit.
    let maximumJobs: Int?
    /// Whether a link's token, good for what it names, let the request in.
    let hasToken: Bool

    /// The owner of all jobs on a server without keys.
    static let everybody = "everybody"

    init(_ request: Request) {
        owner = request.principal?.name ?? Self.everybody
        maximumJobs = request.principal?.maxJobs
        hasToken = request.principal?.proof == .signature
    }
}
