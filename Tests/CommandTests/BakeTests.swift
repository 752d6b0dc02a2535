import Engine
import Foundation
import Media
import Studio
import Synchronization
import Testing

@testable import adnerf

@Suite struct BakeTests {
    private static let report = BakeReport(
        frames: 20, whole: .init(mean: 43.91, worst: 42.38), mouth: .init(mean: 40.8, worst: 38.8), flicker: 0.312,
        truth: 52.04, seconds: 801.4)
    private static let facts = BakedFileFacts(
        path: "a/b.baked", bytes: 30_123_456, settings: BakeSettings(), report: report)

    @Test func reportsAreATable() {
        #expect(
            BakeTable(Self.facts).text == """
                baked          a/b.baked (30.1 MB)
                  took         801 s
                  compared     20 frames with exact ones that certified at 52.0 dB
                  whole frame  43.9 dB on average, 42.4 dB in the worst frame
                  mouth        40.8 dB on average, 38.8 dB in the worst frame
                  flicker      0.31 of 255
                """)
    }

    @Test func inspectionShowsTheBakeBesideTheFacts() throws {
        let facts = AvatarFolder.examine(path: Fixture.tiny, decodeImage: PictureFile.read)
        let text = FactsTable(facts, bake: Self.facts).text
        #expect(text.hasPrefix(FactsTable(facts).text.prefix(20)))
        #expect(text.contains("baked  ") && text.contains("43.9 dB on average"))

        let data = try JSONEncoder().encode(InspectedAvatar(facts: facts, bake: Self.facts))
        #expect(try JSONDecoder().decode(AvatarFacts.self, from: data) == facts)
        struct Baked: Decodable {
            struct Facts: Decodable {
                var path: String
                var bytes: Int
                var settings: BakeSettings
                var report: BakeReport
            }
            var bake: Facts?
        }
        let bake = try #require(try JSONDecoder().decode(Baked.self, from: data).bake)
        #expect(bake.path == "a/b.baked" && bake.bytes == 30_123_456)
        #expect(bake.settings == BakeSettings() && bake.report == Self.report)
        let without = try JSONEncoder().encode(InspectedAvatar(facts: facts, bake: nil))
        #expect(try JSONDecoder().decode(Baked.self, from: without).bake == nil)
    }

    @Test(arguments: [
        (0.429, 500.4, "evaluating, 42 %, 8:20 left"), (0, nil, "evaluating, 0 %"), (1, 3, "evaluating, 100 %"),
        (0.5, 4_000, "evaluating, 50 %, 1:06:40 left"), (-1, -5, "evaluating, 0 %, 0:00 left"),
        (.nan, .infinity, "evaluating, 0 %, 0:00 left"), (7, nil, "evaluating, 100 %"),
    ])
    func progressInWords(fraction: Double, left: Double?, text: String) {
        let line = BakeLine(progress: BakeProgress(stage: "evaluating", fraction: fraction, secondsLeft: left))
        #expect(line.text == text)
    }

    @Test func barsGiveWay() {
        let line = BakeLine(progress: BakeProgress(stage: "evaluating", fraction: 0.5, secondsLeft: nil))
        #expect(line.bar(columns: 29) == "[#####.....] evaluating, 50 %")
        #expect(line.bar(columns: 80) == "[####################....................] evaluating, 50 %")
        #expect(line.bar(columns: 20) == "evaluating, 50 %")
        #expect(line.bar(columns: 4) == "eval")
        #expect(line.bar(columns: -1) == "")
    }

    /// Collects what a reporter writes, under a clock that is set.
    private final class Screen: Sendable {
        let time = Mutex(0.0)
        let text = Mutex("")

        func reporter(_ style: ProgressReporter.Style) -> BakeReporter {
            BakeReporter(
                style: style, clock: { self.time.withLock { $0 } },
                output: { text in self.text.withLock { $0 += text } })
        }

        var lines: [Substring] { text.withLock { $0 }.split(separator: "\n") }
    }

    @Test func logsHaveALineForEachStageAndEveryHalfMinute() {
        let screen = Screen()
        let reporter = screen.reporter(.log)
        for second in 0..<100 {
            screen.time.withLock { $0 = Double(second) }
            reporter.update(
                BakeProgress(stage: second < 50 ? "head" : "torso", fraction: Double(second) / 100, secondsLeft: nil))
        }
        reporter.finish()
        #expect(screen.lines == ["head, 0 %", "head, 30 %", "torso, 50 %", "torso, 80 %"])
    }

    @Test func terminalsAreRedrawnInPlace() {
        let screen = Screen()
        let reporter = screen.reporter(.terminal(columns: 80))
        reporter.finish()
        #expect(screen.text.withLock { $0 }.isEmpty)
        for tenth in 0..<10 {
            screen.time.withLock { $0 = Double(tenth) / 20 }
            reporter.update(BakeProgress(stage: "head", fraction: 0.5, secondsLeft: nil))
        }
        reporter.finish()
        let text = screen.text.withLock { $0 }
        #expect(text.filter { $0 == "\r" }.count == 5)
        #expect(text.hasSuffix("\u{1B}[K\n"))
    }

    @Test func realTimeWithoutABakeNamesTheRemedy() throws {
        let scratch = try Scratch()
        let avatar = try AvatarFolder.load(path: Fixture.tiny, decodeImage: PictureFile.read)
        let shelf = BakeShelf(avatar, paths: [scratch.file("none.baked")])
        #expect(try shelf.open() == nil)
        let error = #expect(throws: EngineError.self) { try shelf.require() }
        #expect(error?.description.contains("adnerf bake \(Fixture.tiny)") == true)
    }

    @Test func damagedFilesAreTold() throws {
        let scratch = try Scratch()
        let avatar = try AvatarFolder.load(path: Fixture.tiny, decodeImage: PictureFile.read)
        let path = scratch.file("a.baked")
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: EngineError.self) { try BakeShelf(avatar, paths: [scratch.file("none"), path]).open() }
        // What the user names is not overwritten if it is none of ours.
        let command = try Command(["bake", Fixture.tiny, "--output", path])
        #expect(command.isReportedError && command.error.contains("a.baked") && command.error.contains("--force"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("nothing".utf8))
    }

    @Test func placesToWriteAreMade() throws {
        let scratch = try Scratch()
        let avatar = try AvatarFolder.load(path: Fixture.tiny, decodeImage: PictureFile.read)
        try Data().write(to: URL(fileURLWithPath: scratch.file("file")))
        let shelf = BakeShelf(avatar, paths: [scratch.file("file/a.baked"), scratch.file("new/folder/a.baked")])
        #expect(try shelf.placeToWrite() == scratch.file("new/folder/a.baked"))
        let error = #expect(throws: EngineError.self) {
            try BakeShelf(avatar, paths: [scratch.file("file/a.baked")]).placeToWrite()
        }
        #expect(error?.code == .unwritable && error?.expected.contains("file/a.baked") == true)
    }
}
