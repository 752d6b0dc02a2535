import Engine

extension EngineError {
    /// What `--engine` needs is left out of this program.
    static let builtWithoutEngines = EngineError(
        .unsupported, "--engine", found: "this build cannot: it was made without NATS",
        remedy: "install libnats-dev and build with 'swift build --traits NATS', or use the image")
}
