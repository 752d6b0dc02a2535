/// A radiance field to look at: its networks, its camera and what it is conditioned on in one frame.
struct FieldView: Sendable {
    let fields: FieldPair
    let rays: CameraRays
    let coarseCondition: FloatBuffer
    let fineCondition: FloatBuffer

    init(fields: FieldPair, camera: Camera, pose: Pose, condition: [Float]) {
        self.fields = fields
        rays = CameraRays(camera: camera, pose: pose)
        coarseCondition = fields.coarse.foldCondition(condition)
        fineCondition = fields.fine === fields.coarse ? coarseCondition : fields.fine.foldCondition(condition)
    }
}
