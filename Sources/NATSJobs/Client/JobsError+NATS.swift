#if NATS

import Jobs

extension JobsError.Code {
    /// The engine cannot be reached, or has no majority just now.
    public static let unavailable = Self(rawValue: "engine-unavailable")
    /// The engine refuses this client, or something that it needs.
    public static let notPermitted = Self(rawValue: "engine-not-permitted")
    /// The engine lacks what is needed of it, as it is set up.
    public static let unsuitable = Self(rawValue: "engine-unsuitable")
}

#endif
