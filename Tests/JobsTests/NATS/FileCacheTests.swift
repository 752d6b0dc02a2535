#if NATS

import Foundation
import Testing

@testable import Jobs
@testable import NATSJobs

@Suite struct FileCacheTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func whatWasNotUsedForLongestGoesFirst() throws {
        let cache = try FileCache(scratch.folder("data"))
        let job = JobID(milliseconds: 1, high: 0, low: 0)
        let now = Date()
        func used(_ path: String, _ secondsAgo: TimeInterval) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: now.addingTimeInterval(-secondsAgo)], ofItemAtPath: path)
        }
        for index in 0..<6 {
            let path = cache.segment(job, index)
            try cache.keep(try scratch.file(String(repeating: "x", count: 100)), as: path)
            try used(path, Double(6 - index) * 1000)
        }
        let blob = cache.blob(job, "header", digest: "d")
        try cache.keep(try scratch.file(String(repeating: "y", count: 100)), as: blob)
        try used(blob, 10)
        // Looked at again, so no longer the oldest.
        #expect(cache.use(cache.segment(job, 0)))
        #expect(!cache.use(cache.segment(job, 9)))
        func there() -> [Int] { (0..<6).filter { Files.exists(cache.segment(job, $0)) } }
        cache.trim(to: 700, unusedSince: now.addingTimeInterval(-600))
        #expect(there() == [0, 1, 2, 3, 4, 5])
        cache.trim(to: 499, unusedSince: now.addingTimeInterval(-600))
        #expect(there() == [0, 4, 5])
        // What was used lately stays, however little may.
        cache.trim(to: 0, unusedSince: now.addingTimeInterval(-600))
        #expect(there() == [0] && Files.exists(blob))
        cache.unlock()
    }
}

#endif
