import Foundation
import Testing

@testable import Engine

@Suite struct AvatarFolderTests {
    @Test func anAvatarIsLoadedWhole() throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.tiny)
        #expect(avatar.name == "tiny" && avatar.folder == AvatarFixtures.tiny)
        #expect(avatar.head.fineShape == FaceNeRFShape(position: 63, condition: 40, direction: 27, width: 16, depth: 8))
        #expect(avatar.torso.coarseShape == FaceNeRFShape(position: 63, condition: 66, direction: 27, width: 16, depth: 8))
        #expect(avatar.head.fine["pts_linears.5.weight"]?.shape == [16, 16 + 103])
        #expect(avatar.head.coarse["feature_linear.weight"] == nil)
        #expect(avatar.head.coarse != avatar.head.fine)
        #expect(avatar.camera == Camera(width: 24, height: 24, focal: Float(1100.0 * 24 / 450), centerX: 12, centerY: 12))
        #expect(avatar.trainingTrack.poses.count == 7 && avatar.torsoPose == avatar.trainingTrack.poses[0])
        #expect(avatar.tracks.map(\.name) == ["transforms_train", "transforms_val"])
        #expect(avatar.defaultTrack.name == "transforms_val" && avatar.defaultTrack.poses.count == 12)
        #expect(avatar.featureFiles == [AvatarFixtures.tiny + "/aud.npy"])
    }

    @Test func checkpointsMayLieUnderLogs() throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.options)
        #expect(avatar.head.coarseShape == FaceNeRFShape(position: 39, condition: 36, direction: 15, width: 12, depth: 6))
        #expect(avatar.head.fineShape == FaceNeRFShape(position: 39, condition: 36, direction: 15, width: 20, depth: 4))
        #expect(avatar.attentionNet["attentionNet.0.weight"]?.shape == [6, 6])
        #expect(avatar.trainingTrack.poses.count == 7 && avatar.defaultTrack.poses.count == 6)
        #expect(avatar.tracks.map(\.poses.count) == [4, 6])
    }

    /// `sha256sum` of the two files, one after the other.
    @Test func theFingerprintIsSha256OfHeadAndBody() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.write("abc", to: "a")
            try copy.write("", to: "b")
            #expect(
                try Fingerprint.sha256(of: [copy.file("a"), copy.file("b")])
                    == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
            let before = try AvatarFixtures.load(copy.path).fingerprint
            #expect(before.count == 64)
            try copy.move(AvatarCopy.head, to: "logs/any_com/1_head.tar")
            try copy.move(AvatarCopy.body, to: "logs/any_com/1_body.tar")
            #expect(try AvatarFixtures.load(copy.path).fingerprint == before)
        }
    }

    @Test(arguments: ["logs/tiny_com", "dataset/tiny/logs/tiny_com", "logs/other_com"])
    func trainingsOwnFoldersAreSearched(place: String) throws {
        try AvatarFixtures.withCopy { copy in
            try copy.move(AvatarCopy.head, to: "\(place)/9000_head.tar")
            try copy.move(AvatarCopy.body, to: "\(place)/9000_body.tar")
            #expect(try AvatarFixtures.load(copy.path).torsoPose.translation.z > 0)
        }
    }

    @Test func theLastCheckpointInNaturalOrderIsTaken() throws {
        try AvatarFixtures.withCopy { copy in
            let before = try AvatarFixtures.load(copy.path).fingerprint
            for (old, new) in [(AvatarCopy.head, "head.tar"), (AvatarCopy.body, "body.tar")] {
                try copy.move(old, to: "100000_\(new).moved")
                try copy.move("100000_\(new).moved", to: "10000_\(new)")
                try copy.write("an older one", to: "9000_\(new)")
            }
            #expect(try AvatarFixtures.load(copy.path).fingerprint == before)
        }
    }

    @Test func theTestConfigurationComesFirst() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.write("near = 0.1\nfar = 9\nnetwidth = 99\n", to: "TorsoNeRF_config.txt")
            #expect(try AvatarFixtures.load(copy.path).configuration.near == 0.56)
            try copy.remove("TorsoNeRF_config.txt")
            try copy.move(AvatarCopy.configuration, to: "My_TorsoNeRF_config.txt")
            #expect(try AvatarFixtures.load(copy.path).configuration.near == 0.56)
        }
    }

    @Test func aMissingTestTrackLeavesTheTrainingTrack() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.remove("transforms_val.json")
            #expect(try AvatarFixtures.load(copy.path).defaultTrack.name == "transforms_train")
        }
    }

    @Test func otherFilesAreOfNoConcern() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.write("{\"frames\": 3}", to: "face.json")
            try copy.copy("transforms_val.json", to: "nod.json")
            try copy.write(Tensor(shape: [3, 2], values: [1, 2, 3, 4, 5, 6]), to: "mouth.npy")
            try copy.copy("aud.npy", to: "speech.npy")
            let avatar = try AvatarFixtures.load(copy.path)
            #expect(avatar.tracks.map(\.name) == ["nod", "transforms_train", "transforms_val"])
            #expect(avatar.featureFiles.map { $0.split(separator: "/").last } == ["aud.npy", "speech.npy"])
        }
    }

    @Test func anAlphaChannelOfTheBackgroundIsDropped() throws {
        let avatar = try AvatarFolder.load(path: AvatarFixtures.tiny) { _ in
            Picture(width: 1, height: 2, channels: 4, bytes: [1, 2, 3, 0, 5, 6, 7, 9])
        }
        #expect(avatar.background == Picture(width: 1, height: 2, channels: 3, bytes: [1, 2, 3, 5, 6, 7]))
    }

    /// The release's renderer falls back to the coarse network.
    @Test func withoutImportanceSamplesTheCoarseNetworkMakesThePicture() throws {
        try AvatarFixtures.withCopy { copy in
            try copy.configure("N_importance = 0\nnetwidth_fine = 99")
            let avatar = try AvatarFixtures.load(copy.path)
            #expect(avatar.head.fine == avatar.head.coarse && avatar.torso.fineShape == avatar.torso.coarseShape)
        }
    }

    @Test(.enabled(if: AvatarFixtures.hasShared, "needs ../shared/avatars"), arguments: [("random", 127, 169), ("narrow", 139, 137), ("demo", 127, 169)])
    func sharedAvatarsLoad(name: String, head: Int, torso: Int) throws {
        let avatar = try AvatarFixtures.load(AvatarFixtures.shared + "/avatars/" + name)
        #expect(avatar.head.fineShape.inputs == head && avatar.torso.fineShape.inputs == torso)
        #expect(avatar.defaultTrack.name == "transforms_val")
    }
}
