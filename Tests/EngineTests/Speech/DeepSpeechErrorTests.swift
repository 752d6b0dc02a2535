import Testing

@testable import Engine

/// Graphs that are no DeepSpeech 0.1.0: each is refused by the name of the node at fault.
@Suite struct DeepSpeechErrorTests {
    private static let remedy = "name DeepSpeech 0.1.0's output_graph.pb"

    private func error(_ change: (inout SpeechGraph) -> Void) -> EngineError? {
        var graph = SpeechGraph()
        change(&graph)
        return SpeechFixture.error { _ = try DeepSpeech(graph: graph.frozen()) }
    }

    @Test(arguments: [
        ("h1", [493, 5], "[494, n]"), ("h2", [6, 7], "[5, n]"), ("h3", [7], "[7, n]"), ("h5", [7, 6], "[6, n]"),
        ("h6", [6, 30], "[6, 29]"), ("b1", [6], "[5]"), ("b6", [1], "[29]"), ("b2", [7, 1], "a vector"),
        ("bidirectional_rnn/fw/basic_lstm_cell/kernel", [13, 12], "[12, 12]"),
        ("bidirectional_rnn/bw/basic_lstm_cell/kernel", [12, 16], "[12, 12]"),
        ("bidirectional_rnn/bw/basic_lstm_cell/bias", [16], "[12]"),
        ("bidirectional_rnn/fw/basic_lstm_cell/bias", [13], "a multiple of 4 values: the gates i, j, f, o"),
        ("h2", [5, 0], "[5, n]"), ("h2", [], "[5, n]"),
    ])
    func wrongShapesAreNamed(name: String, shape: [Int], expected: String) {
        let error = error { $0.replace(name, shape) }
        #expect(error?.code == .inconsistent)
        #expect(error?.found == "the node \"\(name)\" has the shape \(Extents.text(shape))")
        #expect(error?.expected == expected)
        #expect(error?.remedy == Self.remedy)
    }

    @Test(arguments: ["h1", "b3", "h6", "bidirectional_rnn/bw/basic_lstm_cell/kernel"])
    func missingNodesAreNamed(name: String) {
        let error = error { $0.replace(name, nil) }
        #expect(error?.code == .inconsistent)
        #expect(error?.found.contains(name) == true)
    }

    @Test(
        arguments: [Float.nan, .infinity, -.infinity],
        ["h1", "b2", "h6", "bidirectional_rnn/fw/basic_lstm_cell/kernel"])
    func weightsThatAreNotFiniteAreNamed(value: Float, name: String) {
        let error = error { $0.set(name, 3, to: value) }
        #expect(error?.code == .malformed)
        #expect(error?.found == "the node \"\(name)\" holds values that are not finite")
    }

    /// A constant of a few bytes may declare any size: TensorFlow repeats its last value.
    @Test func hugeShapesAreRefusedBeforeAnythingIsAllocated() {
        var graph = SpeechGraph()
        graph.constants[0].shape = [494, 1 << 40]
        graph.constants[0].values = []
        let error = SpeechFixture.error { _ = try DeepSpeech(graph: graph.frozen()) }
        #expect(error?.description.contains("h1") == true)
    }

    @Test func outputsThatOverflowAreAnError() throws {
        var graph = SpeechGraph()
        graph.replace("h6", [6, 29], value: 3e38)
        graph.replace("b5", [6], value: 20)
        let model = try DeepSpeech(graph: graph.frozen())
        let rows = ContextRows(cepstra: SpeechFixture.noise(3 * 26).map { Double($0) })
        let error = SpeechFixture.error { _ = try model.logits(for: rows) }
        #expect(error?.found == "the network's outputs overflow")
    }

    @Test func aFileThatIsMissingIsNamed() {
        let error = SpeechFixture.error { _ = try DeepSpeech(path: "nowhere/output_graph.pb") }
        #expect(error?.code == .unreadable)
        #expect(error?.subject == "nowhere/output_graph.pb")
    }
}
