import Testing

@testable import Engine

@Suite struct FrameListTests {
    @Test(arguments: [
        ("0", [0]), ("0,3,10-12", [0, 3, 10, 11, 12]), ("5,1", [1, 5]), ("3-3", [3]), ("2-4,3-5,3", [2, 3, 4, 5]), (" 1 , 2 - 3 ", [1, 2, 3]),
    ])
    func chosenFramesAscendAndComeOnce(text: String, frames: [Int]) throws {
        #expect(try FrameList(parsing: text).indices(frameCount: 13) == frames)
    }

    @Test(arguments: ["", ",", "1,", "a", "1-", "-1", "1-2-3", "4-2", "1.5", "0x3", "+1", "99999999999999999999", "1;2", "١"])
    func anythingElseIsRefused(text: String) throws {
        let error = try #require(throws: EngineError.self) { try FrameList(parsing: text) }
        #expect(error.code == .invalidValue && !error.expected.isEmpty)
        #expect(error.subject.hasPrefix("frame list"))
    }

    @Test(arguments: ["13", "0-13", "0-9223372036854775807"])
    func framesPastTheEndAreRefusedWithTheCount(text: String) throws {
        let list = try FrameList(parsing: text)
        let error = try #require(throws: EngineError.self) { try list.indices(frameCount: 13) }
        #expect(error.code == .invalidValue && error.expected.contains("the video has 13"))
    }

    @Test func aVideoWithoutFramesHasNone() throws {
        #expect(throws: EngineError.self) { try FrameList(parsing: "0").indices(frameCount: 0) }
    }
}
