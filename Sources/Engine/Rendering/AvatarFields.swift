/// An avatar's two radiance fields packed for one kernel variant, and what conditions them.
public struct AvatarFields: Sendable {
    public let head: FieldPair
    public let torso: FieldPair
    /// Leading values of the audio code that the torso sees (`dim_aud_body`).
    public let torsoCodeSize: Int

    public init(head: FieldPair, torso: FieldPair, torsoCodeSize: Int) {
        self.head = head
        self.torso = torso
        self.torsoCodeSize = torsoCodeSize
    }

    /// Packs an avatar's four networks.
    public init(_ avatar: Avatar, variant: KernelVariant) throws(EngineError) {
        self.init(
            head: try FieldPair(avatar.head, avatar.configuration, variant: variant),
            torso: try FieldPair(avatar.torso, avatar.configuration, variant: variant),
            torsoCodeSize: avatar.configuration.torsoCodeSize)
    }

    /// The head as the frame's own camera sees it, conditioned on the audio code.
    func headView(_ request: FrameRequest) -> FieldView {
        FieldView(fields: head, camera: request.camera, pose: request.pose, condition: request.code)
    }

    /// The torso as the fixed camera sees it, conditioned on the HEAD's code and the head's pose.
    func torsoView(_ request: FrameRequest) -> FieldView {
        FieldView(
            fields: torso, camera: request.camera, pose: request.torsoPose,
            condition: request.code.prefix(torsoCodeSize) + PoseSignal.encode(request.pose))
    }
}
