/// Bounds on what a file may ask of the machine; each declared size is held against these before anything is allocated.
public enum MediaLimits {
    /// Pixels along either side of a picture.
    public static let pictureSide = 16_384
    /// Pixels in a picture: 134 MB as RGBA.
    public static let picturePixels = 1 << 25
    /// Samples of one audio channel: an hour and a half at 48 kHz, half a gigabyte.
    public static let audioSamples = 1 << 28
    /// Bytes kept of what a child process writes to its standard error.
    public static let complaint = 4_096
    /// Characters (Unicode scalars) of a text to be read aloud: some ten minutes of speech.
    public static let textCharacters = 10_000
    /// Bytes of a voice's name.
    public static let voiceName = 64
}
