import Engine

/// A sound that is encoded, in memory, and not yet cut to the length of a video.
public struct SoundPackets: Sendable {
    /// MP4 for AAC-LC, WebM for Opus.
    let format: VideoFormat
    let channels: Int
    let samplesPerPacket: Int
    /// Samples of each channel that a decoder gives before the sound begins.
    let priming: Int
    /// The `AudioSpecificConfig` of AAC, the identification header of Opus.
    let configuration: [UInt8]
    let packets: [ArraySlice<UInt8>]
    /// What errors call the sound.
    let name: String

    /// Writes the file that `EncodedSoundtrack` reads, with as many packets as the video needs; it appears complete or
    /// not at all.
    ///
    /// - Throws: `.malformed` if the sound is too short; `.unwritable`.
    public func write(to path: String, timeline: VideoTimeline) throws(EngineError) {
        let file = try EncodedSoundtrack.file(
            format: format, channels: channels, samplesPerPacket: samplesPerPacket, priming: priming,
            sampleCount: timeline.frameCount * EncodedSoundtrack.samplesPerFrame, configuration: configuration,
            packets: packets, name: name)
        try OutputFile(path).write(file)
    }
}
