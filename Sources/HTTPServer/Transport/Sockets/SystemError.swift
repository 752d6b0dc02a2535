import Glibc

/// A system call that failed.
public struct SystemError: Error, Sendable, CustomStringConvertible {
    /// What could not be done, and to what.
    public let action: String
    /// The error number, as in errno(3).
    public let code: Int32

    init(_ action: String, code: Int32 = errno) {
        self.action = action
        self.code = code
    }

    public var description: String { "\(action): \(String(cString: strerror(code)))" }
}
