/// The rules for published folders' names and the paths in them, which become paths on machines that did not choose them.
package enum FolderRules {
    /// Bytes of a name, in UTF-8.
    package static let nameLength = 1...100
    /// Bytes of a path, in UTF-8.
    package static let pathLength = 1...255
    package static let fileCount = 1...250
    /// Bytes of the details.
    package static let detailsLength = 0...32_768

    /// - Throws: `.invalid` unless it names a visible entry of a folder, without control characters.
    package static func check(name: String) throws(JobsError) {
        guard isEntry(name[...]), !name.hasPrefix("."), nameLength.contains(name.utf8.count) else {
            throw JobsError(
                .invalid, "name \(name.debugDescription.prefix(120))", found: "one that cannot be a folder's",
                expected: "up to 100 bytes without slashes and control characters, not beginning with a dot",
                remedy: "choose another")
        }
    }

    /// - Throws: `.invalid` unless all paths lie in a folder, side by side.
    package static func check(paths: [String]) throws(JobsError) {
        guard fileCount.contains(paths.count) else {
            throw JobsError(.invalid, "folder", found: "\(paths.count) files", expected: "1 to 250")
        }
        var files: Set<String> = []
        var folders: Set<String> = []
        for path in paths {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard pathLength.contains(path.utf8.count), parts.allSatisfy(isEntry) else {
                throw refused(path, "a path that does not lie in a folder")
            }
            guard files.insert(path).inserted else { throw refused(path, "the same path twice") }
            for count in 1..<parts.count { folders.insert(parts[..<count].joined(separator: "/")) }
        }
        if let both = files.intersection(folders).min() { throw refused(both, "a file that is also a folder") }
    }

    private static func refused(_ path: String, _ found: String) -> JobsError {
        JobsError(
            .invalid, "path \(path.debugDescription.prefix(120))", found: found,
            expected: "a relative one of up to 255 bytes, without '..' and control characters")
    }

    private static func isEntry(_ name: Substring) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }
}
