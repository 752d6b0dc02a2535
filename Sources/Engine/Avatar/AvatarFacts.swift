/// What a folder holds and what is wrong with it, for people and, as JSON, for programs.
public struct AvatarFacts: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
        /// Relative to the avatar's folder where it lies in it.
        public let path: String
        public let bytes: Int
    }

    public struct TensorFact: Codable, Sendable, Equatable {
        public let name: String
        public let shape: [Int]
    }

    public struct Dictionary: Codable, Sendable, Equatable {
        public let name: String
        /// Numbers in all tensors.
        public let parameters: Int
        public let tensors: [TensorFact]
    }

    public struct Checkpoint: Codable, Sendable, Equatable {
        public let file: File
        /// `zip` or `legacy`.
        public let container: String
        /// Training steps, if the file tells.
        public let step: Int?
        public let parameters: Int
        public let dictionaries: [Dictionary]
    }

    public struct Size: Codable, Sendable, Equatable {
        public let width: Int
        public let height: Int
    }

    public struct Track: Codable, Sendable, Equatable {
        public let name: String
        /// After thinning by `testskip`.
        public let frames: Int
        public let focal: Float
        public let centerX: Float
        public let centerY: Float
        /// Whether it is rendered when nothing else is asked for.
        public let isDefault: Bool
    }

    public struct Features: Codable, Sendable, Equatable {
        public let file: File
        public let frames: Int
    }

    public var name: String
    public var folder: String
    /// See `Avatar.fingerprint`.
    public var fingerprint: String?
    public var configurationFile: File?
    /// The options in force, defaults included.
    public var configuration: TrainingConfig?
    public var head: Checkpoint?
    public var body: Checkpoint?
    public var backgroundFile: File?
    /// The picture's size.
    public var picture: Size?
    public var tracks: [Track] = []
    public var features: [Features] = []
    /// One line each, as errors describe themselves; empty exactly if the avatar loads.
    public var problems: [String] = []
}
