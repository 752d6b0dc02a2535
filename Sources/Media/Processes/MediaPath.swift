import Engine

/// A file's name as ffmpeg is told it.
enum MediaPath {
    /// Options that keep ffmpeg to the file it was given: no network, and nothing that a playlist names elsewhere.
    static let protocols = ["-protocol_whitelist", "file,pipe"]

    /// With its protocol in front, a name is never taken for an option (`-y.wav`) nor for an address (`http:talk.wav`).
    static func argument(_ path: String) -> String { "file:\(path)" }

    /// Refuses what ffmpeg would follow to other files.
    ///
    /// - Throws: `.unreadable` for what is no readable file, `.malformed` for an empty one, `.unsupported` for a playlist.
    static func requireMedia(_ path: String) throws(EngineError) {
        let file = try MappedFile(path: path)
        guard !file.bytes.isEmpty else {
            throw EngineError(.malformed, path, found: "an empty file", expected: "an audio file")
        }
        let start = String(decoding: file.bytes.prefix(64), as: UTF8.self).trimmingPrefix(while: \.isWhitespace)
        for playlist in ["#EXTM3U", "ffconcat", "<?xml", "<MPD", "v=0"] where start.hasPrefix(playlist) {
            throw EngineError(
                .unsupported, path, found: "a playlist", expected: "an audio file", remedy: "name the audio file itself"
            )
        }
    }
}
