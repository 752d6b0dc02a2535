/// The extents of one FaceNeRF (`FaceNeRF` in the release's `run_nerf_helpers.py`), from which every tensor's shape follows.
public struct FaceNeRFShape: Sendable, Hashable, Codable {
    /// Columns of the encoded position: `3 + 6 * multires`.
    public let position: Int
    /// Columns of the condition: the audio code for a head, code and pose signal for a torso.
    public let condition: Int
    /// Columns of the encoded view direction: `3 + 6 * multires_views`.
    public let direction: Int
    /// Units of a hidden layer; the view layers have half as many.
    public let width: Int
    /// Hidden layers before the view layers.
    public let depth: Int

    public init(position: Int, condition: Int, direction: Int, width: Int, depth: Int) {
        self.position = position
        self.condition = condition
        self.direction = direction
        self.width = width
        self.depth = depth
    }

    /// Columns of the first layer: position, then condition.
    public var inputs: Int { position + condition }
    /// The layer that takes the input in front of the hidden state again: the one after layer 4.
    public static let skipLayer = 5
    public var viewLayers: Int { depth / 4 + 1 }
    public var viewWidth: Int { width / 2 }

    /// Columns of hidden layer `index`.
    public func inputs(ofLayer index: Int) -> Int {
        switch index {
        case 0: inputs
        case Self.skipLayer: width + inputs
        default: width
        }
    }

    /// Name and shape of every tensor that is evaluated. (`feature_linear` is stored in checkpoints and never used.)
    public var tensors: [(name: String, shape: [Int])] {
        var all: [(name: String, shape: [Int])] = []
        func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
            all.append(("\(name).weight", [outputs, inputs]))
            all.append(("\(name).bias", [outputs]))
        }
        for layer in 0..<depth { linear("pts_linears.\(layer)", width, inputs(ofLayer: layer)) }
        for layer in 0..<viewLayers { linear("views_linears.\(layer)", viewWidth, layer == 0 ? direction + width : viewWidth) }
        linear("alpha_linear", 1, width)
        linear("rgb_linear", 3, viewWidth)
        return all
    }
}
