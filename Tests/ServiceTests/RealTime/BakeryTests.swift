import Engine
import Foundation
import Jobs
import Logging
import Studio
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(1))) struct BakeryTests {
    private struct Place {
        let folder: TestFolder
        let library: AvatarLibrary
        let workshop: TestWorkshop
        let bakery: Bakery

        init(
            _ avatars: [String] = ["a"], mode: BakeMode = .auto, floor: Double = 40,
            baking: @escaping TestWorkshop.Baking = { _, _, _ in .test() }
        ) throws {
            folder = try TestFolder()
            for name in avatars { try Fixture.copyAvatar(to: folder.file("avatars/\(name)")) }
            library = try AvatarLibrary(
                folder: folder.file("avatars"), cache: folder.file("cache"), precision: .fast, threads: 1)
            workshop = TestWorkshop(baking: baking)
            bakery = Bakery(
                library: library, workshop: workshop, mode: mode, floor: floor,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func status(_ name: String = "a") throws -> BakeStatus {
            bakery.status(of: try library.avatar(name).avatar)
        }
    }

    @Test func avatarsAreBakedWhenTheirTurnComes() throws {
        let stages = Mutex<[BakeStatus]>([])
        let bakery = Mutex<Place?>(nil)
        let place = try Place(["a", "b"]) { name, report, _ in
            report(BakeProgress(stage: "head", fraction: 0.25, secondsLeft: 60))
            let place = bakery.withLock { $0 }
            for name in ["a", "b"] { if let status = try place?.status(name) { stages.withLock { $0.append(status) } } }
            return .test(name == "a" ? 44 : 30)
        }
        bakery.withLock { $0 = place }
        #expect(!place.bakery.bakeNext())
        #expect(try place.status("a") == .waiting)
        #expect(try place.status("b") == .waiting)
        #expect(place.bakery.summary().counts == ["waiting": 2])
        #expect(place.bakery.bakeNext())
        let seen = stages.withLock { $0 }
        #expect(seen == [.baking(BakeProgress(stage: "head", fraction: 0.25, secondsLeft: 60)), .waiting])
        #expect(try place.status("a") == .ready(.test(44)))
        #expect(place.bakery.bakeNext())
        #expect(try place.status("b") == .refused(.test(30)))
        #expect(!place.bakery.bakeNext())
        #expect(place.bakery.summary().counts == ["ready": 1, "refused": 1])
        bakery.withLock { $0 = nil }
    }

    @Test func failuresAreToldAndNotRepeated() throws {
        let count = Atomic(0)
        let path = Mutex("")
        let place = try Place { _, _, _ in
            count.wrappingAdd(1, ordering: .relaxed)
            throw EngineError(.unsupported, "\(path.withLock { $0 })/a", found: "fog everywhere")
        }
        path.withLock { $0 = place.folder.file("avatars") }
        _ = try place.status()
        #expect(place.bakery.bakeNext())
        // Where the avatars are is not the clients' business.
        #expect(try place.status() == .failed("a: fog everywhere"))
        #expect(!place.bakery.bakeNext())
        #expect(count.load(ordering: .relaxed) == 1)
    }

    @Test func stoppedBakesGoOnAnotherTime() throws {
        let own = Mutex<Bakery?>(nil)
        let place = try Place { name, _, isCanceled in
            #expect(!isCanceled())
            own.withLock { $0?.stop() }
            #expect(isCanceled())
            throw EngineError(.canceled, name, found: "cancelled")
        }
        own.withLock { $0 = place.bakery }
        _ = try place.status()
        // Returns because it was stopped.
        place.bakery.run()
        #expect(try place.status() == .waiting)
        own.withLock { $0 = nil }
    }

    @Test func onDemandNobodyWaitsUnasked() throws {
        let place = try Place(mode: .onDemand)
        #expect(try place.status() == .none)
        #expect(!place.bakery.bakeNext())
        place.bakery.want(try place.library.avatar("a").avatar)
        #expect(try place.status() == .waiting)
        #expect(place.bakery.bakeNext())
        #expect(try place.status() == .ready(.test()))
        place.bakery.want(try place.library.avatar("a").avatar)
        #expect(!place.bakery.bakeNext())
    }

    @Test func offNobodyIsBakedButFilesAreUsed() throws {
        let place = try Place(mode: .off)
        place.bakery.want(try place.library.avatar("a").avatar)
        #expect(try place.status() == .none)
        place.workshop.put("a")
        #expect(try place.status() == .ready(.test()))
    }

    @Test func filesAreOpenedOnceAndAgainWhenTheyChange() throws {
        let place = try Place()
        place.workshop.put("a", .test(44))
        for _ in 0..<3 { #expect(try place.status() == .ready(.test(44))) }
        #expect(place.workshop.opened == 1)
        place.workshop.put("a", .test(45), digest: "d2")
        #expect(try place.status() == .ready(.test(45)))
        #expect(place.workshop.opened == 2)
        // What is damaged is as none, and baked anew.
        place.workshop.put("a", isDamaged: true)
        #expect(try place.status() == .waiting)
        #expect(place.bakery.bakeNext())
        #expect(try place.status() == .ready(.test()))
    }

    @Test func avatarsThatAreGoneAreNotBaked() throws {
        let place = try Place { name, _, _ in
            Issue.record("\(name) is baked")
            return .test()
        }
        _ = try place.status()
        try FileManager.default.removeItem(atPath: place.folder.file("avatars/a"))
        #expect(place.bakery.bakeNext())
        #expect(!place.bakery.bakeNext())
        #expect(place.bakery.summary().counts.isEmpty)
    }

    @Test func jobsAreHeldToTheFileTheyWerePlannedWith() throws {
        let place = try Place()
        place.workshop.put("a", digest: "d1")
        let avatar = try place.library.avatar("a").avatar
        let (choice, bake) = place.bakery.choice(for: avatar, asked: nil)
        #expect(choice.quality == .realtime && bake?.digest == "d1")
        #expect(try place.bakery.bake(of: avatar, path: "a.baked", digest: "d1") === bake)
        place.workshop.put("a", digest: "d2")
        let failure = #expect(throws: JobFailure.self) {
            try place.bakery.bake(of: avatar, path: "a.baked", digest: "d1")
        }
        #expect(failure?.kind == "bake-replaced")
    }

    @Test func jobsGoFirst() throws {
        let events = Mutex<[String]>([])
        let place = try Place { name, _, _ in
            events.withLock { $0.append("baked") }
            return .test()
        }
        _ = try place.status()
        let (begun, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        place.bakery.activity.during {
            Thread.detachNewThread { [bakery = place.bakery] in
                begun.signal()
                _ = bakery.bakeNext()
                ended.signal()
            }
            begun.wait()
            // Whoever does not wait has time enough to be first.
            for _ in 0..<100 { sched_yield() }
            events.withLock { $0.append("rendered") }
        }
        ended.wait()
        let order = events.withLock { $0 }
        #expect(order == ["rendered", "baked"])
    }

    /// The engine's helpers ask, too, whether to stop: were they to wait, jobs could not have their help.
    @Test func helpersDoNotWaitForJobs() throws {
        let activity = Mutex<Activity?>(nil)
        let place = try Place { _, _, isCanceled in
            activity.withLock { $0 }?.during {
                let answered = DispatchSemaphore(value: 0)
                withoutActuallyEscaping(isCanceled) { isCanceled in
                    // By its address, so that the other thread keeps no reference when it has answered.
                    withUnsafePointer(to: isCanceled) { question in
                        let address = UInt(bitPattern: question)
                        Thread.detachNewThread {
                            #expect(!Self.ask(address))
                            answered.signal()
                        }
                        answered.wait()
                    }
                }
            }
            return .test()
        }
        activity.withLock { $0 = place.bakery.activity }
        _ = try place.status()
        #expect(place.bakery.bakeNext())
        #expect(try place.status() == .ready(.test()))
    }

    @inline(never)
    private static func ask(_ address: UInt) -> Bool {
        UnsafePointer<@Sendable () -> Bool>(bitPattern: address)?.pointee() ?? true
    }
}
