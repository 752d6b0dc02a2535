import Glibc
import HTTPTypes
import Testing

@testable import HTTPServer

/// Slow readers, slow writers, those who leave, and those who are too many.
@Suite(.serialized) struct ServerPressureTests {
    /// An application that takes its time keeps the client waiting, not the content in memory.
    @Test func aHugeUploadWaitsOutside() async throws {
        let gate = Gate()
        let total = 100 << 20
        try await withServer(answer: { request in
            var count = 0
            do {
                for try await piece in request.body {
                    if count == 0 { await gate.wait() }
                    count += piece.count
                }
            } catch {
                return .text("\(error)", status: .badRequest)
            }
            return .text("\(count)")
        }) { server, port in
            let client = try TestClient(port: port)
            let piece = [UInt8](repeating: 7, count: 1 << 20)
            let early = try await blocking {
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(total)\r\n\r\n")
                var early = 0
                while early < total {
                    let sent = try client.sendUntilStalled(piece)
                    early += sent
                    if sent < piece.count { break }
                }
                return early
            }
            #expect(early < total)
            // What the server holds: its own buffers' worth and no more, whatever the kernel keeps.
            #expect(server.counters.bytesReceived < 1 << 20)
            gate.open()
            let reply = try await blocking {
                var left = total - early
                while left > 0 {
                    let part = min(left, piece.count)
                    try client.send(Array(piece[..<part]))
                    left -= part
                }
                return try client.reply()
            }
            #expect(reply.status == 200 && reply.text == "\(total)")
        }
    }

    /// Content that is read to where it stays, and around it what is not: a head, a last piece, the next request.
    @Test func aLargeUploadArrivesAsItWasSent() async throws {
        let content = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try await withServer(answer: { request in
            guard let body = try? await request.body.collect(upTo: 2 << 20) else { return .text("unread") }
            return .text(body == content ? "same" : body.isEmpty ? "empty" : "other")
        }) { _, port in
            let client = try TestClient(port: port)
            let head = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.count)\r\n\r\n".utf8)
            let next = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            for _ in 0..<3 {
                let replies = try await blocking {
                    try client.send(head + content + next)
                    return (try client.reply().text, try client.reply().text)
                }
                #expect(replies == ("same", "empty"))
            }
        }
    }

    /// A client that does not read suspends the writer, and costs a bounded number of bytes.
    @Test func aSlowReaderSuspendsTheWriter() async throws {
        let written = Shared(0)
        let piece = [UInt8](repeating: 1, count: 10_000)
        try await withServer(answer: { _ in
            Response(
                .ok,
                body: .stream(length: nil) { writer in
                    for _ in 0..<3_000 {
                        try await writer.write(piece)
                        written.change { $0 += piece.count }
                    }
                })
        }) { server, port in
            let client = try TestClient(port: port, receiveBuffer: 8_192)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            // Until nothing moves any more.
            var before = -1
            while before != written.value || before == 0 {
                before = written.value
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(before < 30_000_000)
            #expect(before - server.counters.bytesSent <= 300 << 10)
            let reply = try await blocking { try client.reply() }
            #expect(reply.body.count == 30_000_000)
        }
    }

    @Test func aSlowReaderOfABigFileHoldsNobodyUp() async throws {
        let temporary = try TemporaryFile(count: 6 << 20)
        let file = try FileHandle(path: temporary.path)
        try await withServer(answer: { request in
            request.path == "/file" ? Response(.ok, body: .file(file, 0..<file.size)) : .text("quick")
        }) { _, port in
            let slow = try TestClient(port: port, receiveBuffer: 8_192)
            try slow.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
            let quick = try TestClient(port: port)
            for _ in 0..<10 { #expect(try await blocking { try quick.get("/") }.text == "quick") }
            let reply = try await blocking { try slow.reply() }
            #expect(reply.body == temporary.bytes)
        }
    }

    /// A half-closed client still gets its answer.
    @Test func aClientThatSendsNoMoreIsAnswered() async throws {
        let gate = Gate()
        try await withServer(answer: { _ in
            await gate.wait()
            return .text("late")
        }) { server, port in
            let client = try TestClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            #expect(await eventually { server.counters.requests == 1 })
            gate.open()
            #expect(try await blocking { try client.reply() }.text == "late")
            #expect(try await blocking { try client.rest() } == [])
        }
    }

    @Test(arguments: ["waiting", "reading", "writing"])
    func theHandlerIsCancelledWhenTheClientVanishes(doing: String) async throws {
        let (hasBegun, isCancelled) = (Shared(false), Shared(false))
        let reports = Shared<[FinishedRequest]>([])
        try await withServer(
            onFinish: { report in reports.change { $0.append(report) } },
            answer: { request in
                await withTaskCancellationHandler {
                    hasBegun.change { $0 = true }
                    switch doing {
                    case "waiting": try? await Task.sleep(for: .seconds(60))
                    case "reading": _ = try? await request.body.collect(upTo: 1 << 20)
                    default:
                        return Response(
                            .ok,
                            body: .stream(length: nil) { writer in
                                while true { try await writer.write([UInt8](repeating: 0, count: 100_000)) }
                            })
                    }
                    return .text("")
                } onCancel: {
                    isCancelled.change { $0 = true }
                }
            }
        ) { server, port in
            let client = try TestClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
            #expect(await eventually { hasBegun.value })
            client.vanish()
            #expect(await eventually { server.counters.connections == 0 })
            if doing != "writing" { #expect(await eventually { isCancelled.value }) }
            #expect(await eventually { reports.value.count == 1 })
            #expect(reports.value.first?.isComplete == false)
            #expect(reports.value.first?.status == (doing == "writing" ? 200 : 499))
        }
    }

    @Test func aThousandWhoVanishLeaveNothing() async throws {
        let file = try TemporaryFile(count: 1 << 20)
        let running = Shared(0)
        try await withServer(answer: { request in
            running.change { $0 += 1 }
            defer { running.change { $0 -= 1 } }
            if request.head.method == .post {
                _ = try? await request.body.collect(upTo: 1 << 20)
                return .text("")
            }
            guard request.path == "/file", let handle = try? FileHandle(path: file.path) else {
                return Response(
                    .ok,
                    body: .stream(length: nil) { writer in
                        running.change { $0 += 1 }
                        defer { running.change { $0 -= 1 } }
                        while true { try await writer.write([UInt8](repeating: 0, count: 50_000)) }
                    })
            }
            return Response(.ok, body: .file(handle, 0..<handle.size))
        }) { server, port in
            let before = try openDescriptors()
            for round in 0..<10 {
                try await blocking {
                    let clients = try (0..<100).map { _ in try TestClient(port: port, receiveBuffer: 4_096) }
                    for (index, client) in clients.enumerated() {
                        switch (index + round) % 5 {
                        case 0: try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n12345")
                        case 1: try client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
                        case 2: try client.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
                        case 3: try client.send("GET /str")
                        default: break
                        }
                    }
                    for (index, client) in clients.enumerated() {
                        if index % 2 == 0 { client.vanish() } else { client.leave() }
                    }
                }
            }
            #expect(await eventually { server.counters.connections == 0 && server.counters.connectionsTotal == 1_000 })
            #expect(await eventually { running.value == 0 })
            #expect(await eventually { ((try? openDescriptors()) ?? .max) <= before })
        }
    }

    @Test func tooManyAreSentAway() async throws {
        try await withServer({ $0.maximumConnections = 3 }, answer: { _ in .text("") }) { server, port in
            let clients = try await blocking {
                let clients = try (0..<3).map { _ in try TestClient(port: port) }
                for client in clients { #expect(try client.get("/").status == 200) }
                return clients
            }
            let late = try await blocking { try TestClient(port: port).reply() }
            #expect(late.status == 503 && late.fields["retry-after"] != nil)
            #expect(server.counters.connectionsRefused == 1)
            clients[0].leave()
            #expect(await eventually { server.counters.connections == 2 })
            // The others stay until here.
            withExtendedLifetime(clients) {}
            #expect(try await blocking { try TestClient(port: port).get("/") }.status == 200)
        }
    }

    @Test func tooManyFromOneAddressAreSentAway() async throws {
        try await withServer({ $0.maximumConnectionsPerAddress = 1 }, answer: { _ in .text("") }) { server, port in
            let client = try TestClient(port: port)
            #expect(try await blocking { try client.get("/") }.status == 200)
            #expect(try await blocking { try TestClient(port: port).reply() }.status == 503)
            client.leave()
            #expect(await eventually { server.counters.connections == 0 })
            #expect(try await blocking { try TestClient(port: port).get("/") }.status == 200)
        }
    }

    @Test func drainingFinishesWhatRunsAndRefusesWhatComes() async throws {
        let gate = Gate()
        try await withServer(answer: { _ in
            await gate.wait()
            return .text("done")
        }) { server, port in
            let (busy, idle) = (try TestClient(port: port), try TestClient(port: port))
            try busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.counters.requests == 1 && server.counters.connections == 2 })
            async let drained: Void = server.drain(deadline: .seconds(60))
            #expect(try await blocking { try idle.rest() } == [])
            idle.leave()
            #expect(throws: TestClient.Failure.self) { try TestClient(port: port) }
            gate.open()
            let reply = try await blocking { try busy.reply() }
            #expect(reply.text == "done" && reply.fields["connection"] == "close")
            #expect(try await blocking { try busy.rest() } == [])
            busy.leave()
            await drained
            #expect(server.counters.connections == 0)
        }
    }

    @Test func theDrainDeadlineCutsWhatIsLeft() async throws {
        let isCancelled = Shared(false)
        try await withServer(answer: { _ in
            do { try await Task.sleep(for: .seconds(60)) } catch { isCancelled.change { $0 = true } }
            return .text("")
        }) { server, port in
            let client = try TestClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.counters.requests == 1 })
            await server.drain(deadline: .milliseconds(50))
            #expect(server.counters.connections == 0)
            #expect(await eventually { isCancelled.value })
        }
    }

    @Test func serversThatComeAndGoLeaveNoDescriptor() async throws {
        func comeAndGo() async throws {
            try await withServer(answer: { _ in .text("") }) { _, port in
                let reply = try await blocking { try TestClient(port: port).get("/") }
                #expect(reply.status == 200)
            }
        }
        try await comeAndGo()
        let before = try openDescriptors()
        for _ in 0..<30 { try await comeAndGo() }
        // Other tests' descriptors come and go meanwhile, but none of these thirty servers' stay.
        #expect(await eventually { ((try? openDescriptors()) ?? .max) < before + 30 })
    }

    @Test func slowHeadsAndIdleConnectionsEnd() async throws {
        try await withServer(
            {
                $0.timeouts.head = .milliseconds(300)
                $0.timeouts.idle = .milliseconds(300)
            }, answer: { _ in .text("") }
        ) { _, port in
            let (slow, idle) = (try TestClient(port: port), try TestClient(port: port))
            try slow.send("GET / HT")
            #expect(try await blocking { try slow.reply() }.status == 408)
            #expect(try await blocking { try idle.rest() } == [])
        }
    }
}

/// How many descriptors this process has open.
private func openDescriptors() throws -> Int {
    guard let folder = opendir("/proc/self/fd") else { throw SystemError("cannot list descriptors") }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
}
