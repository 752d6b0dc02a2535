import Foundation
import Jobs
import Testing

@testable import Service

@Suite struct VersionTests {
    private func version(
        _ revision: Int, position: Int? = nil, secondsLeft: Double? = nil
    ) throws -> Version {
        let id = try #require(JobID("vid_00000000000000000000000000"))
        let job = Job(id: id, owner: "a", request: Data(), createdAt: Date(timeIntervalSince1970: 0), retention: 60)
        let outlook = VideoResource.Outlook(queuePosition: position, secondsLeft: secondsLeft)
        return Version(VideoResource(job, spec: VideoSpec(avatar: "a"), outlook: outlook), revision: revision)
    }

    @Test func tagsDifferWithWhatIsShown() throws {
        let versions = [
            try version(1), try version(2), try version(1, position: 3), try version(1, secondsLeft: 0),
            try version(1, secondsLeft: 7),
        ]
        #expect(Set(versions.map(\.tag)).count == versions.count)
        // An estimate is no news that somebody waits for.
        #expect(versions[0].change == versions[4].change)
        #expect(Set(versions.map(\.change)).count == 3)
    }

    @Test func changesAreFoundInFields() throws {
        let version = try version(12, position: 3, secondsLeft: 7)
        for field in ["\"\(version.tag)\"", "W/\"\(version.tag)\"", "\"\(version.tag)-gzip\""] {
            #expect(Version.named(in: field) == version.change, "\(field)")
        }
        for field in ["", "*", "\"", "\"\"", "\"other\"", "x"] {
            #expect(Version.named(in: field) != version.change, "\(field)")
        }
    }

    @Test func timesAreRFC3339() {
        #expect(VideoResource.text(Date(timeIntervalSince1970: 0.25)) == "1970-01-01T00:00:00.250Z")
    }
}
