import Engine
import Foundation

/// Folders that outputs go to.
public enum OutputFolder {
    /// Makes a folder unless it is there; the folder above it must exist.
    ///
    /// - Throws: `.unwritable` if it cannot be made or written to.
    public static func create(_ path: String) throws(EngineError) {
        if mkdir(path, 0o777) == 0 { return }
        guard errno == EEXIST || isFolder(path) else {
            try requireExisting(parent(of: path), for: path)
            throw OutputFile.unwritable(path)
        }
        guard isFolder(path) else {
            throw EngineError(.unwritable, path, found: "a file", expected: "a folder", remedy: "name another output")
        }
        guard access(path, W_OK | X_OK) == 0 else { throw OutputFile.unwritable(path) }
    }

    static func requireExisting(_ folder: String, for path: String) throws(EngineError) {
        guard isFolder(folder) else {
            throw EngineError(
                .unwritable, path, found: "there is no folder \(folder)", remedy: "create it or name another output")
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw OutputFile.unwritable(path) }
    }

    /// The folder that a path's last component lies in.
    static func parent(of path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
