/// Who owns a descriptor that an event loop watches. Called on the loop's queue only.
protocol LoopMember: AnyObject {
    /// The descriptor became ready, or the member asked to be called again.
    func ready(_ readiness: Readiness)
    /// A deadline that the member set may have come.
    func deadline()
}
