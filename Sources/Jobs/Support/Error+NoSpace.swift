import Foundation

extension Error {
    /// Whether the disk, or the quota on it, was full.
    var isNoSpace: Bool {
        if let error = self as? JobsError { return error.code == .noSpace }
        if let error = self as? POSIXError { return error.code == .ENOSPC || error.code == .EDQUOT }
        if let error = self as? CocoaError { return error.code == .fileWriteOutOfSpace }
        return false
    }
}
