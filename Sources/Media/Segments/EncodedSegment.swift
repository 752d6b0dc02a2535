/// One encoded picture.
public struct VideoSample: Sendable, Hashable {
    /// An H.264 access unit of length-prefixed NAL units (ISO/IEC 14496-15), or a VP9 frame.
    public var bytes: [UInt8]
    /// The VP9 frame of the alpha plane, where there is one.
    public var alpha: [UInt8]?
    /// Whether decoding can start here.
    public var isKey: Bool

    public init(bytes: [UInt8], alpha: [UInt8]? = nil, isKey: Bool) {
        self.bytes = bytes
        self.alpha = alpha
        self.isKey = isKey
    }
}

/// The encoded pictures of a segment, in the order in which they are shown; the first is a key frame.
public struct EncodedSegment: Sendable, Hashable {
    /// What a decoder must know beforehand: the `AVCDecoderConfigurationRecord`; empty for VP9. It is the same for all
    /// segments of a layout.
    public var configuration: [UInt8]
    public var samples: [VideoSample]

    public init(configuration: [UInt8], samples: [VideoSample]) {
        self.configuration = configuration
        self.samples = samples
    }
}
