import Foundation
import Studio
import Testing

@Suite struct ShippedFilesTests {
    private func make(_ paths: [String], _ executable: String) throws -> (ShippedFiles, String) {
        let root = FileManager.default.temporaryDirectory.appending(path: "adnerf-test-\(UUID().uuidString)")
            .resolvingSymlinksInPath()
        for path in paths {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data([1]).write(to: file)
        }
        return (ShippedFiles(executable: root.appending(path: executable).path), root.path)
    }

    @Test func installedFilesAreFound() throws {
        let (files, root) = try make(["bin/adnerf", "share/adnerf/speech.pb"], "bin/adnerf")
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(files.speechModel == "\(root)/share/adnerf/speech.pb")
        #expect(files.demoAvatar == nil)
    }

    @Test func theRepositorysAreFound() throws {
        let (files, root) = try make(
            ["Package.swift", "Models/speech.pb", ".build/release/adnerf", "Examples/avatars/demo/bc.jpg"],
            ".build/release/adnerf")
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(files.speechModel == "\(root)/Models/speech.pb")
        #expect(files.demoAvatar == "\(root)/Examples/avatars/demo")
    }

    @Test func elsewhereThereAreNone() {
        #expect(ShippedFiles(executable: "/nowhere/bin/adnerf").speechModel == nil)
    }
}
