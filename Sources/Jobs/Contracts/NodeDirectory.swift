/// The nodes with workers that share an engine, as they tell of themselves every few seconds.
///
/// What it says is a hint: a node that has just died is still in it, one that has just come may not be.
public protocol NodeDirectory: Sendable {
    /// Tells of a node, in place of what was told of it before.
    func announce(_ node: Node) async throws
    /// The node is about to end.
    func withdraw(_ id: String) async throws
    /// Those that were lately heard of, by identifier.
    func nodes() -> [Node]
}
