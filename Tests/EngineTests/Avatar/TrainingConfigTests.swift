import Testing

@testable import Engine

@Suite struct TrainingConfigTests {
    private func read(_ text: String) throws(EngineError) -> TrainingConfig {
        try TrainingConfig(text: text, file: "config.txt")
    }

    @Test func anEmptyFileMeansTheReleasesDefaults() throws {
        let config = try read("")
        #expect(config == TrainingConfig())
        #expect(config.near == 0.3 && config.far == 0.9)
        #expect(config.sampleCount == 64 && config.importanceCount == 128)
        #expect(config.depth == 8 && config.width == 256 && config.fineDepth == 8 && config.fineWidth == 256)
        #expect(config.positionOctaves == 10 && config.directionOctaves == 4)
        #expect(config.codeSize == 64 && config.torsoCodeSize == 64 && config.windowSize == 16 && config.smoothingSize == 8)
        #expect(config.whiteBackground && !config.linearInDisparity)
        #expect(config.audioStart == 0 && config.poseStride == 1 && config.poseFile == "transforms_train.json")
    }

    @Test func everyOptionIsRead() throws {
        let config = try TrainingConfig.read(path: AvatarFixtures.options + "/TorsoNeRFTest_config.txt")
        #expect(config.near == 0.56 && config.far == 1.16)
        #expect(config.sampleCount == 24 && config.importanceCount == 40)
        #expect(config.depth == 6 && config.width == 12 && config.fineDepth == 4 && config.fineWidth == 20)
        #expect(config.positionOctaves == 6 && config.directionOctaves == 2)
        #expect(config.codeSize == 36 && config.torsoCodeSize == 20 && config.windowSize == 12 && config.smoothingSize == 6)
        #expect(!config.whiteBackground && config.linearInDisparity)
        #expect(config.audioStart == 2 && config.poseStride == 2 && config.poseFile == "transforms_val.json")
        #expect(config.logFolder == "dataset/options/logs" && config.experiment == "options_com")
        #expect(config.ignored == ["with_test"])
    }

    @Test(arguments: [
        "near = 0.5", "near=0.5", "near: 0.5", "near 0.5", "--near 0.5", "--near=0.5", "  near\t0.5  ", "near = '0.5'", "near = \"0.5\"",
        "near = 0.5 # metres", "near = 0.5 ; metres", "near = '0.5' # metres", "near = 0.1\nnear = 0.5", "# near = 0.1\nnear = 5e-1",
        "[options]\n---\n; near = 1\n\nnear = 0.5\r\n",
    ])
    func anEntryMayBeWrittenAsConfigargparseHasIt(text: String) throws {
        #expect(try read(text).near == 0.5)
    }

    @Test func valuesKeepTheirHashesAndSpaces() throws {
        let config = try read("expname = my head#2\nbasedir = 'a # b'\n")
        #expect(config.experiment == "my head#2")
        #expect(config.logFolder == "a # b")
    }

    /// configargparse turns a true entry into the bare flag, and a `store_false` flag switches off.
    @Test(arguments: [
        ("white_bkgd = True", false), ("white_bkgd", false), ("white_bkgd = yes", false), ("white_bkgd = 1", false),
        ("white_bkgd = False", true), ("white_bkgd = no", true), ("", true),
    ])
    func whiteBackgroundIsStoreFalse(text: String, isWhite: Bool) throws {
        #expect(try read(text).whiteBackground == isWhite)
    }

    @Test func disparityIsStoreTrue() throws {
        #expect(try read("lindisp = True").linearInDisparity)
        #expect(try !read("lindisp = False").linearInDisparity)
    }

    @Test func trainingsSkipOfZeroMeansEveryPose() throws {
        #expect(try read("testskip = 0").poseStride == 1)
    }

    @Test func otherKeysAreKeptByName() throws {
        #expect(try read("lrate = 5e-4\nN_rand = 1024\nnear = 0.5").ignored == ["lrate", "N_rand"])
    }

    @Test(arguments: [
        ("near = abc", "near"), ("near = nan", "near"), ("near = -1", "near"), ("near = 0.9\nfar = 0.9", "far"), ("near = 2", "far"),
        ("netwidth = 1", "netwidth"), ("netwidth = 2.5", "netwidth"), ("netwidth = 99999999999999999999", "netwidth"),
        ("netwidth_fine = 0", "netwidth_fine"), ("netdepth = 0", "netdepth"), ("netdepth = 5", "netdepth"), ("netdepth_fine = 5", "netdepth_fine"),
        ("N_samples = 1", "N_samples"), ("N_samples = 2", "N_samples"), ("N_importance = -1", "N_importance"), ("multires = -1", "multires"),
        ("multires_views = 99", "multires_views"), ("dim_aud = 0", "dim_aud"), ("dim_aud = 32", "dim_aud_body"), ("win_size = 1", "win_size"),
        ("win_size = 18", "win_size"), ("smo_size = 1", "smo_size"), ("aud_start = -3", "aud_start"), ("testskip = -1", "testskip"),
        ("white_bkgd = maybe", "white_bkgd"), ("lindisp = ", "lindisp"), ("near = 0\nlindisp = True", "near"),
    ])
    func valuesOutOfRangeAreRefusedByKey(text: String, key: String) throws {
        let error = try #require(throws: EngineError.self) { try read(text) }
        #expect(error.code == .invalidValue)
        #expect(error.subject.hasPrefix("config.txt") && error.subject.hasSuffix(", \(key)"))
        #expect(!error.found.isEmpty && !error.expected.isEmpty && !error.remedy.isEmpty)
    }

    @Test func errorsNameTheLine() throws {
        let error = try #require(throws: EngineError.self) { try read("# comment\nfar = 1\nnetwidth = wide") }
        #expect(error.subject == "config.txt, line 3, netwidth")
        #expect(error.found == "'wide'")
    }

    @Test(arguments: ["= 5", "abc#def", ": x"])
    func otherLinesAreRefused(line: String) throws {
        let error = try #require(throws: EngineError.self) { try read("near = 0.5\n" + line) }
        #expect(error.code == .malformed && error.subject == "config.txt, line 2")
    }

    @Test(arguments: [
        ("use_viewdirs = True", "use_viewdirs"), ("use_viewdirs", "use_viewdirs"), ("i_embed = -1", "i_embed"), ("dataset_type = llff", "dataset_type"),
    ])
    func otherModelsAreRefusedByName(text: String, key: String) throws {
        let error = try #require(throws: EngineError.self) { try read(text) }
        #expect(error.code == .unsupported && error.subject == "config.txt, line 1, \(key)")
    }

    @Test(arguments: ["use_viewdirs = False", "i_embed = 0", "dataset_type = audface", "dataset_type = llff\nno_ndc = True", "raw_noise_std = 1"])
    func whatLeavesThePictureAloneIsAccepted(text: String) throws {
        #expect(try read(text).width == 256)
    }

    @Test func twoCoarseSamplesAreEnoughWithoutImportanceSamples() throws {
        #expect(try read("N_importance = 0\nN_samples = 2").sampleCount == 2)
    }

    @Test func aHugeFileIsNoConfiguration() throws {
        try AvatarFixtures.withFile(String(repeating: "#", count: (1 << 20) + 1), name: "c.txt") { path in
            let error = try #require(throws: EngineError.self) { try TrainingConfig.read(path: path) }
            #expect(error.code == .malformed && error.subject == path)
        }
    }
}
