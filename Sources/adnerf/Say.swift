import ArgumentParser
import Engine
import Foundation
import Media
import Studio

/// `adnerf say`: an avatar says a sentence.
struct Say: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Renders an avatar saying a text, which espeak-ng reads aloud.")

    @Argument(help: "What to say; '-' reads standard input.")
    var text: String

    @Option(help: ArgumentHelp("The avatar's folder. By default the demo avatar.", valueName: "folder"))
    var avatar: String?

    @Option(help: ArgumentHelp("A voice, as 'espeak-ng --voices' lists them.", valueName: "name"))
    var voice = Voice.defaultName

    @Option(help: ArgumentHelp("Words a minute, 80 to 450.", valueName: "words"))
    var speed: Int?

    @Option(help: ArgumentHelp("From low to high, 0 to 99.", valueName: "number"))
    var pitch: Int?

    @Option(help: "How frames are computed. By default realtime where the avatar is baked, and else exact.")
    var quality: Quality?

    @Option(
        help: ArgumentHelp(
            "A DeepSpeech 0.1.0 frozen graph. By default the one that is shipped.", valueName: "graph.pb"))
    var deepspeech: String?

    @Option(help: ArgumentHelp("The pictures' width; the height scales along.", valueName: "pixels"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "A picture, a colour, or 'transparent' (WebM). By default the avatar's own.",
            valueName: "file|#rrggbb|transparent"))
    var background: String?

    @Option(name: [.short, .long], help: ArgumentHelp("The video to write, .mp4 or .webm.", valueName: "path"))
    var output: String

    func validate() throws {
        guard OutputFormat(path: output)?.video != nil else {
            throw ValidationError("cannot tell which video to write from '\(output)': name it .mp4 or .webm")
        }
    }

    func run() throws {
        let words = try SpokenText(text == "-" ? standardInput() : text)
        let voice = try Voice(name: voice, speed: speed, pitch: pitch)
        guard let avatar = avatar ?? ShippedFiles().demoAvatar else {
            throw EngineError(
                .unreadable, "--avatar", found: "nothing, and no avatar is shipped with this program",
                expected: "an avatar's folder", remedy: "pass --avatar FOLDER")
        }
        let graph = try SpeechGraph.path(deepspeech)
        let folder = FileManager.default.temporaryDirectory.appending(path: "adnerf-say-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let recording = folder.appending(path: "voice.wav").path
        try VoiceSynthesizer.synthesize(words, voice: voice, to: recording)

        // From here on it is a recording as any other.
        var arguments = ["--audio", recording, "--deepspeech", graph, "--output", output]
        let chosen = try quality ?? usual(avatar)
        arguments += ["--quality", chosen.rawValue]
        if let size { arguments += ["--size", "\(size)"] }
        if let background { arguments += ["--background", background] }
        try Render.parse(arguments + ["--", avatar]).run()
    }

    private func usual(_ avatar: String) throws(EngineError) -> Quality {
        let loaded = try AvatarFolder.load(path: avatar, decodeImage: PictureFile.read)
        return (try? BakeShelf(loaded).open()) == nil ? .exact : .realtime
    }

    /// A little more than is allowed is read, so that it can be refused.
    private func standardInput() throws -> String {
        let data = try FileHandle.standardInput.read(upToCount: 4 * MediaLimits.textCharacters + 4) ?? Data()
        guard let text = String(data: data, encoding: .utf8) else {
            throw EngineError(.malformed, "standard input", found: "no UTF-8", expected: "text")
        }
        return text
    }
}
