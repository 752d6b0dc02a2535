import Foundation

@testable import Service

/// What ffprobe says of a video.
struct Movie {
    let frames: Int
    let width: Int
    let height: Int
    let videoCodec: String
    /// Nil without sound.
    let audioCodec: String?

    init(_ bytes: [UInt8]) async throws {
        let report = try await Blocking.run { try Self.probe(bytes) }
        let streams = (0..<report["streams"].count).map { report["streams"][$0] }
        let video = streams.first { $0["codec_type"].string == "video" } ?? .null
        frames = video["nb_read_frames"].string.flatMap { Int($0) } ?? 0
        width = video["width"].integer ?? 0
        height = video["height"].integer ?? 0
        videoCodec = video["codec_name"].string ?? ""
        audioCodec = streams.first { $0["codec_type"].string == "audio" }?["codec_name"].string
    }

    private static func probe(_ bytes: [UInt8]) throws -> JSONValue {
        let folder = try TestFolder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "ffprobe", "-v", "error", "-count_frames", "-of", "json", "-show_entries",
            "stream=codec_type,codec_name,nb_read_frames,width,height", try folder.write(bytes, to: "movie"),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(JSONValue.self, from: output)
    }
}
