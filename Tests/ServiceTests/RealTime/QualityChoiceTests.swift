import Engine
import Studio
import Testing

@testable import Service

@Suite struct QualityChoiceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var asked: Quality?
        var status: BakeStatus
        var quality: Quality
        /// Parts of the note; none for no note.
        var note: [String] = []
        var isRefused = false

        var testDescription: String { "\(asked?.rawValue ?? "nothing") asked, \(status.name)" }
    }

    private static let half = BakeStatus.baking(BakeProgress(stage: "head", fraction: 0.429, secondsLeft: 60))

    static let cases: [Case] =
        [
            // What is asked for by name and can be had needs no explanation.
            Case(asked: .exact, status: .none, quality: .exact),
            Case(asked: .exact, status: half, quality: .exact),
            Case(asked: .exact, status: .ready(.test()), quality: .exact),
            Case(asked: .exact, status: .refused(.test(30)), quality: .exact),
            Case(asked: .realtime, status: .ready(.test()), quality: .realtime),
            Case(asked: nil, status: .ready(.test()), quality: .realtime),
            Case(
                asked: .realtime, status: .refused(.test(38.21)), quality: .exact,
                note: ["38.2 dB", "floor of 40.0 dB"],
                isRefused: true),
            Case(asked: nil, status: .refused(.test(38.21)), quality: .exact, note: ["38.2 dB", "floor of 40.0 dB"]),
        ]
        + [Quality.realtime, nil].flatMap { asked in
            [
                Case(asked: asked, status: .none, quality: .exact, note: ["not baked", "adnerf bake"]),
                Case(asked: asked, status: .waiting, quality: .exact, note: ["waits to be baked"]),
                Case(asked: asked, status: half, quality: .exact, note: ["being baked", "42 %"]),
                Case(asked: asked, status: .failed("fog"), quality: .exact, note: ["could not be baked", "fog"]),
            ]
        }

    @Test(arguments: cases) func choices(choice: Case) {
        let found = QualityChoice(asked: choice.asked, status: choice.status, floor: 40)
        #expect(found.quality == choice.quality)
        #expect(found.isRefused == choice.isRefused)
        #expect((found.note == nil) == choice.note.isEmpty)
        for part in choice.note { #expect(found.note?.contains(part) == true, "\(found.note ?? "")") }
        #expect(found.note?.hasSuffix(".") ?? true)
    }

    @Test(arguments: [(0.0, 0), (0.999, 99), (1, 100), (7, 100), (-1, 0), (.nan, 0), (.infinity, 0)])
    func percentages(fraction: Double, percent: Int) {
        #expect(QualityChoice.percent(fraction) == percent)
    }
}
