import Dispatch
import Foundation

/// Writes a child's input from a thread of its own, so that its output can be read meanwhile.
final class InputFeeder: Sendable {
    private let done = DispatchGroup()

    /// - Parameter next: the next piece, nil at the end. It ends early when the child stops reading, which is no error
    ///   by
    ///   itself: a decoder that has what it was asked for leaves the rest.
    init(_ child: ChildProcess, next: sending @escaping () -> [UInt8]?) {
        // Handed to the one thread that calls it.
        nonisolated(unsafe) let next = next
        done.enter()
        Thread.detachNewThread { [done] in
            while let piece = next() {
                let isWanted = piece.withUnsafeBytes { child.offer($0) }
                guard isWanted else { break }
            }
            child.closeInput()
            done.leave()
        }
    }

    convenience init(_ child: ChildProcess, _ pieces: [[UInt8]]) {
        var rest = pieces[...]
        self.init(child) { rest.popFirst() }
    }

    /// Returns when the thread is through, at the latest when the child has ended.
    func wait() { done.wait() }
}
