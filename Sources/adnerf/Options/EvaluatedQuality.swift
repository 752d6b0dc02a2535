import ArgumentParser

/// What `evaluate` measures.
enum EvaluatedQuality: String, ExpressibleByArgument, CaseIterable, Sendable {
    case realtime, exact
}
