import Engine
import Studio

/// A baked file for people and, as JSON, for programs.
struct BakedFileFacts: Encodable, Sendable {
    var path: String
    var bytes: Int
    var settings: BakeSettings
    var report: BakeReport

    init(path: String, _ baked: BakedAvatar) {
        self.path = path
        bytes = baked.bytes
        settings = baked.settings
        report = baked.report
    }

    init(path: String, bytes: Int, settings: BakeSettings, report: BakeReport) {
        self.path = path
        self.bytes = bytes
        self.settings = settings
        self.report = report
    }
}
