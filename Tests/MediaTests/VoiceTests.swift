import Engine
import Foundation
import Testing

@testable import Media

@Suite struct VoiceTests {
    private static let hasVoices = ["/usr/bin/espeak-ng", "/usr/local/bin/espeak-ng"]
        .contains(where: FileManager.default.fileExists)

    private func error(_ text: String, voice: String = Voice.defaultName) throws -> EngineError {
        let scratch = try Scratch()
        return try #require(throws: EngineError.self) {
            try VoiceSynthesizer.synthesize(SpokenText(text), voice: Voice(name: voice), to: scratch.file("a.wav"))
        }
    }

    @Test("Names of voices are taken", arguments: ["en-us", "de", "en-us+f3", "zh_yue", "EN"])
    func good(name: String) throws {
        #expect(try Voice(name: name).name == name)
    }

    @Test("Other names are refused", arguments: ["", "-w", "--help", "../x", "a b", "a/b", "a\0", "\u{e4}"])
    func bad(name: String) throws {
        let error = try #require(throws: EngineError.self) { try Voice(name: name) }
        #expect(error.code == .invalidValue && error.subject == "voice")
    }

    @Test(
        "Speed and pitch have limits",
        arguments: [(79, 0, "speed"), (451, 0, "speed"), (80, -1, "pitch"), (80, 100, "pitch")])
    func limits(speed: Int, pitch: Int, field: String) throws {
        let error = try #require(throws: EngineError.self) { try Voice(speed: speed, pitch: pitch) }
        #expect(error.subject == field)
    }

    @Test(
        "Texts that cannot be read are refused",
        arguments: ["", " \n\t", "a\0b", "a\u{1}b", String(repeating: "a", count: 10_001)])
    func unreadable(text: String) throws {
        let error = try #require(throws: EngineError.self) { try SpokenText(text) }
        #expect(error.code == .invalidValue && error.subject == "text")
    }

    @Test(
        "Whatever the words are, they are words", .enabled(if: hasVoices),
        arguments: [
            "Hello.", "--help", "-w /tmp/x.wav", "[[h@l'oU]]", "<speak>hi</speak>", "\u{1F600}",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        ])
    func words(text: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.wav")
        try VoiceSynthesizer.synthesize(SpokenText(text), voice: Voice(), to: path)
        let audio = try AudioDecoder.decode(path: path)
        #expect(audio.duration > 0.2 && audio.samples.contains { abs(Int($0)) > 1_000 })
        #expect(try scratch.names == ["a.wav"])
    }

    @Test(.enabled(if: hasVoices)) func whatGivesNoSoundIsSaid() throws {
        #expect(try error("...").found.contains("nothing that can be heard"))
        #expect(try error("Hello", voice: "nosuch").found == "the unknown voice 'nosuch'")
    }

    @Test(.enabled(if: hasVoices)) func readingCanBeCanceled() throws {
        let scratch = try Scratch()
        let text = try SpokenText(String(repeating: "hello there ", count: 800))
        let error = try #require(throws: EngineError.self) {
            try VoiceSynthesizer.synthesize(text, voice: Voice(speed: 80), to: scratch.file("a.wav")) { true }
        }
        #expect(error.code == .canceled)
    }

    @Test func theTableOfVoicesIsRead() throws {
        let table = """
            Pty Language       Age/Gender VoiceName          File                 Other Languages
             2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
             5  variant         --/F      Alicia             !v/Alicia
             5  broken
            """
        let voices = VoiceCatalogue.parse(table)
        #expect(voices.first?.name == "en-us" && voices.first?.title == "English (America)")
        #expect(voices.map(\.gender) == ["male", "female"])
    }
}
