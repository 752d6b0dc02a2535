import Engine

extension Picture {
    /// ITU-R BT.601 luma in 8-bit steps, row by row, whatever the picture has besides colour.
    func luma(in box: PictureBox) -> [Double] {
        box.rows.flatMap { y in
            box.columns.map { x in
                let i = (y * width + x) * channels
                return 0.299 * Double(bytes[i]) + 0.587 * Double(bytes[i + 1]) + 0.114 * Double(bytes[i + 2])
            }
        }
    }
}
