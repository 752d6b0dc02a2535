extension SamplingOptions {
    /// What an avatar was trained with.
    public init(_ configuration: TrainingConfig) {
        self.init(
            near: configuration.near, far: configuration.far, coarseSamples: configuration.sampleCount,
            importanceSamples: configuration.importanceCount, linearInDisparity: configuration.linearInDisparity,
            whiteBackground: configuration.whiteBackground)
    }
}
