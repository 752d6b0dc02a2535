import Foundation

/// A request as it is submitted.
public struct NewJob: Sendable {
    public var owner: String
    /// The request as JSON, opaque here, and small, as it is stored anew with each change: large things are files.
    public var request: Data
    /// Files by blob name; they are moved into the store, or copied when they are on another volume.
    public var files: [String: String]
    public var idempotency: IdempotencyKey?
    public var webhook: String?
    /// What a worker must have for this job, in the performer's words; nil for nothing that not all have.
    public var need: String?
    /// How long the files stay once the job has ended, in seconds; nil for the engine's setting.
    public var retention: TimeInterval?

    public init(
        owner: String, request: Data, files: [String: String] = [:], idempotency: IdempotencyKey? = nil,
        webhook: String? = nil, need: String? = nil, retention: TimeInterval? = nil
    ) {
        self.owner = owner
        self.request = request
        self.files = files
        self.idempotency = idempotency
        self.webhook = webhook
        self.need = need
        self.retention = retention
    }
}
