import CLinux

/// What a descriptor is ready for.
struct Readiness: OptionSet {
    let rawValue: UInt32

    static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer sends no more: it half-closed or is gone.
    static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Both directions have ended.
    static let hangup = Readiness(rawValue: EPOLLHUP.rawValue)
    /// The connection is broken.
    static let error = Readiness(rawValue: EPOLLERR.rawValue)

    /// Tells of a change once, not for as long as it lasts: who is told remembers it until the kernel says EAGAIN.
    static let edgeTriggered = Readiness(rawValue: 1 << 31)
}
