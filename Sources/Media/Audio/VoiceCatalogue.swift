import Engine
import Synchronization

/// The voices that espeak-ng has, asked for once.
public final class VoiceCatalogue: Sendable {
    /// A voice as espeak-ng lists it.
    public struct Entry: Hashable, Sendable {
        /// What `Voice.name` is.
        public let name: String
        /// For a person, such as `English (America)`.
        public let title: String
        /// A language tag, such as `en-us`.
        public let language: String
        /// `male` or `female`; nil where it is not said.
        public let gender: String?
    }

    private let known = Mutex<[Entry]?>(nil)

    public init() {}

    /// - Throws: `.toolFailed`, with the remedy, if espeak-ng is missing: it is looked for again the next time.
    public func list() throws(EngineError) -> [Entry] {
        if let found = known.withLock({ $0 }) { return found }
        let child = try ChildProcess(VoiceSynthesizer.program, ["--voices"], output: .pipe)
        let output = try child.readAll(limit: 1 << 20)
        try child.finish()
        let entries = Self.parse(String(decoding: output, as: UTF8.self))
        known.withLock { $0 = entries }
        return entries
    }

    /// Columns of `Pty Language Age/Gender VoiceName File`, of which the last may be followed by more.
    static func parse(_ table: String) -> [Entry] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count >= 5, Int(columns[0]) != nil, (try? Voice(name: String(columns[1]))) != nil else {
                return nil
            }
            let gender: String? = columns[2].hasSuffix("M") ? "male" : columns[2].hasSuffix("F") ? "female" : nil
            return Entry(
                name: String(columns[1]), title: String(columns[3].map { $0 == "_" ? " " : $0 }),
                language: String(columns[1]), gender: gender)
        }
    }
}
