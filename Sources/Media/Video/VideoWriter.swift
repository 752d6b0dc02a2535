import Engine
import Foundation

/// Encodes pictures into a video file, with sound, by way of ffmpeg.
///
/// The pictures are encoded as they come. `finish` adds the sound, cut or padded with silence to the length of the
/// pictures that were written: so a video that ends early is as well-formed as a whole one. Only then does the file
/// appear under its name.
///
/// H.264 in 4:2:0 wants even sizes: the last column or row of an odd picture is repeated. Colours are converted to
/// BT.709 in limited range, and tagged so.
///
/// Use from one thread at a time.
public final class VideoWriter {
    /// Frames a second, the rate of the speech features.
    public static let frameRate = 25

    private let format: VideoFormat
    private let width: Int
    private let height: Int
    private let transparent: Bool
    private let soundtrack: Soundtrack?
    private let encoder: ChildProcess
    private let pictures: OutputFile
    private let output: OutputFile
    /// Frames written.
    public private(set) var count = 0

    /// Starts the encoder and checks everything that could fail at the end of a long rendering.
    ///
    /// - Parameters:
    ///   - width: the pictures' width in pixels.
    ///   - height: the pictures' height in pixels.
    ///   - transparent: whether the pictures are RGBA; only WebM can hold them.
    /// - Throws: `.unwritable` for the output, `.invalidValue` for a size or transparent MP4, `.toolFailed` if ffmpeg
    ///   is
    ///   missing, and what `AudioStream.probe` throws for the soundtrack.
    public init(
        path: String, format: VideoFormat, width: Int, height: Int, transparent: Bool = false,
        soundtrack: Soundtrack? = nil
    ) throws(EngineError) {
        guard format == .webm || !transparent else {
            throw EngineError(
                .invalidValue, path, found: "a transparent background in an MP4", expected: "WebM or PNG",
                remedy: "use --format webm or --format png")
        }
        try PictureFile.check(width: width, height: height, name: path)
        if let soundtrack { _ = try AudioStream.probe(soundtrack.path) }
        self.format = format
        self.width = width
        self.height = height
        self.transparent = transparent
        self.soundtrack = soundtrack
        output = try OutputFile(path)
        pictures = try OutputFile(path)
        encoder = try ChildProcess(
            "ffmpeg",
            ["-nostdin", "-y", "-v", "error", "-f", "rawvideo", "-pixel_format", transparent ? "rgba" : "rgb24"]
                + ["-video_size", "\(width + width % 2)x\(height + height % 2)", "-framerate", "\(Self.frameRate)"]
                + ["-i", "pipe:0"]
                + ColorConversion.encodingArguments(transparent: transparent)
                + format.videoArguments(transparent: transparent)
                + format.containerArguments + [MediaPath.argument(pictures.partialPath)],
            input: .pipe)
    }

    deinit {
        abandon()
    }

    /// Adds a frame; waits for the encoder if it is behind.
    ///
    /// - Throws: `.invalidValue` for a picture of another size or kind, `.toolFailed` if ffmpeg has given up.
    public func append(_ picture: Picture) throws(EngineError) {
        guard picture.width == width, picture.height == height, picture.channels == (transparent ? 4 : 3) else {
            throw EngineError(
                .invalidValue, "frame \(count)",
                found: "\(picture.width) x \(picture.height) x \(picture.channels)",
                expected: "\(width) x \(height) x \(transparent ? 4 : 3) like the video")
        }
        let bytes = picture.paddedToEven()
        try bytes.withUnsafeBufferPointer { data throws(EngineError) in
            try encoder.write(UnsafeRawBufferPointer(data))
        }
        count += 1
    }

    /// Completes the file with the frames written so far; without any, no file is made.
    ///
    /// - Throws: `.toolFailed` if ffmpeg fails, `.unwritable` if the file cannot be given its name.
    public func finish() throws(EngineError) {
        defer { abandon() }
        guard count > 0 else { return }
        try encoder.finish()
        guard let soundtrack else {
            guard rename(pictures.partialPath, output.partialPath) == 0 else {
                throw OutputFile.unwritable(output.path)
            }
            return try output.commit()
        }
        try ChildProcess("ffmpeg", muxArguments(soundtrack)).finish()
        try output.commit()
    }

    /// Stops encoding and removes what was written; after `finish` it does nothing.
    public func abandon() {
        encoder.kill()
        encoder.wait()
        pictures.discard()
        output.discard()
    }

    private func muxArguments(_ soundtrack: Soundtrack) -> [String] {
        let length = Double(count) / Double(Self.frameRate)
        let filter = [
            // Time is counted in samples, as it was when the features were computed: gaps and offsets in the file's own
            // clock would put the sound out of step with the lips.
            "asetpts=N/SR/TB",
            // The features may leave out up to 30 ms of the audio's end, which a listener would miss.
            "atrim=start=\(soundtrack.start):end=\(soundtrack.start + length + 0.03)",
            "asetpts=PTS-STARTPTS",
            "apad=whole_dur=\(length)",
            // Layouts that both encoders know; others are mixed to the nearest.
            "aformat=channel_layouts=mono|stereo|3.0|quad|5.0|5.1|7.1",
        ]
        return ["-nostdin", "-y", "-v", "error"]
            + MediaPath.protocols + ["-i", MediaPath.argument(pictures.partialPath)]
            + MediaPath.protocols + ["-i", MediaPath.argument(soundtrack.path)]
            + ["-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-af", filter.joined(separator: ",")]
            + format.audioArguments + format.containerArguments + [MediaPath.argument(output.partialPath)]
    }
}
