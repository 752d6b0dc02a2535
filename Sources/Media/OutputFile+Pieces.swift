import Engine
import Foundation

extension OutputFile {
    /// Writes the file piece by piece and commits it; on an error nothing is left.
    ///
    /// - Parameter body: is given a function that appends a piece.
    func writePieces(
        _ body: ((UnsafeRawBufferPointer) throws(EngineError) -> Void) throws(EngineError) -> Void
    ) throws(EngineError) {
        let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        do throws(EngineError) {
            try body { piece throws(EngineError) in
                guard DescriptorIO.writeAll(piece, to: descriptor) else { throw Self.unwritable(path) }
            }
        } catch {
            close(descriptor)
            discard()
            throw error
        }
        guard close(descriptor) == 0 else {
            let error = Self.unwritable(path)
            discard()
            throw error
        }
        try commit()
    }
}
