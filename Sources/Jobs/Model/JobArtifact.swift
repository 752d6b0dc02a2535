/// The finished file of a job: a blob of that name.
public struct JobArtifact: Codable, Hashable, Sendable {
    public let name: String
    public let bytes: Int

    public init(name: String, bytes: Int) {
        self.name = name
        self.bytes = bytes
    }
}
