extension EngineError {
    /// What the speech stages throw when their owner gives up.
    static let speechCanceled = EngineError(.canceled, "audio", found: "the extraction of features was canceled")
}
