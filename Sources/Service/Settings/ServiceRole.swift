/// What a program does with the jobs of an engine.
public enum ServiceRole: Sendable {
    /// Takes jobs in, shows what becomes of them, and renders unless it is to have no workers.
    case server
    /// Renders.
    case worker
    /// Does nothing with them: it is there for what is published.
    case publisher
}
