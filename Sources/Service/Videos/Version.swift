/// A job's representation with what tells it from others.
struct Version: Sendable {
    let resource: VideoResource
    /// Differs exactly when somebody who waits for a change should be told.
    let change: String
    /// A strong validator: differs when any byte of the representation does.
    let tag: String

    /// - Parameter revision: the job's.
    init(_ resource: VideoResource, revision: Int) {
        self.resource = resource
        change = "\(revision).\(resource.queue_position ?? 0)"
        // Nothing to estimate from is not the same as no time left.
        let left = resource.seconds_left.map { "\($0)" } ?? "none"
        let obstacle = resource.waiting_for.map { "." + SHA256Digest.hexadecimal($0).prefix(8) } ?? ""
        tag = "\(change).\(resource.frames.done).\(left)\(obstacle)"
    }

    /// The change that an `If-None-Match` names; empty if it names none of ours.
    static func named(in field: String) -> String {
        let tag = field.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
        return tag.split(separator: ".").prefix(2).joined(separator: ".")
    }
}
