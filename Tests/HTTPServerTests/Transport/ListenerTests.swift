import Glibc
import Testing

@testable import HTTPServer

@Suite struct ListenerTests {
    @Test(arguments: ["127.0.0.1", "0.0.0.0", "localhost"])
    func portsThatTheSystemChoosesAreReported(host: String) throws {
        let sockets = try ListeningSocket.open(host: host, port: 0, backlog: 16)
        defer { for socket in sockets { socket.close() } }
        #expect(!sockets.isEmpty)
        #expect(sockets.allSatisfy { $0.address.port == sockets[0].address.port && $0.address.port > 0 })
        let client = try TestClient(port: sockets[0].address.port)
        withExtendedLifetime(client) {
            guard let socket = sockets.first(where: { !$0.address.host.contains(":") }),
                case .connection(let descriptor, let address) = socket.accept()
            else { return #expect(Bool(false), "nobody came") }
            #expect(address.host == "127.0.0.1")
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            close(descriptor)
        }
    }

    @Test(.enabled(if: hasIPv6)) func anyIPv6AddressTakesIPv4Too() throws {
        let sockets = try ListeningSocket.open(host: "::", port: 0, backlog: 16)
        defer { for socket in sockets { socket.close() } }
        let client = try TestClient(port: sockets[0].address.port)
        withExtendedLifetime(client) {
            guard case .connection(let descriptor, let address) = sockets[0].accept() else {
                return #expect(Bool(false), "nobody came")
            }
            #expect(address.host == "127.0.0.1")
            close(descriptor)
        }
    }

    private static let hasIPv6: Bool = {
        guard let sockets = try? ListeningSocket.open(host: "::1", port: 0, backlog: 1) else { return false }
        for socket in sockets { socket.close() }
        return true
    }()

    @Test func aTakenPortIsNamed() throws {
        let sockets = try ListeningSocket.open(host: "127.0.0.1", port: 0, backlog: 1)
        defer { sockets[0].close() }
        let port = sockets[0].address.port
        let error = #expect(throws: SystemError.self) {
            try ListeningSocket.open(host: "127.0.0.1", port: port, backlog: 1)
        }
        #expect(error?.code == EADDRINUSE)
        #expect(error?.description.contains("port \(port)") == true)
    }

    @Test func aHostWithoutAddressIsNamed() {
        let error = #expect(throws: SystemError.self) {
            try ListeningSocket.open(host: "no such host", port: 0, backlog: 1)
        }
        #expect(error?.description.contains("no such host") == true)
        #expect(throws: SystemError.self) { try ListeningSocket.open(host: "127.0.0.1", port: 65_536, backlog: 1) }
    }

    /// When descriptors run out a client is sent away, and the listener rests rather than asking over and over.
    @Test func exhaustionSendsOneAwayAndRests() async throws {
        let socket = try ListeningSocket.open(host: "127.0.0.1", port: 0, backlog: 16)[0]
        let loop = try EventLoop()
        let state = Shared((isExhausted: true, asked: 0, refused: 0, welcomed: 0))
        let listener = Listener(
            socket, loop: loop,
            accept: {
                // The first question of each round is told that there are no descriptors; the one after it, asked with
                // the reserve given up, is the socket's to answer.
                var fails = false
                state.change { state in
                    state.asked += 1
                    fails = state.isExhausted && state.asked % 2 == 1
                }
                return fails ? .exhausted : socket.accept()
            }, refused: { state.change { $0.refused += 1 } },
            welcome: { descriptor, _ in
                close(descriptor)
                state.change { $0.welcomed += 1 }
            })
        try await loop.run { try listener.resume() }
        let client = try TestClient(port: socket.address.port)
        #expect(try await blocking { try client.rest() } == [])
        #expect(await eventually { state.value.refused == 1 })
        let second = try TestClient(port: socket.address.port)
        // The listener asks at most twice in each tenth of a second while it rests.
        let before = state.value.asked
        try await Task.sleep(for: .milliseconds(250))
        #expect(state.value.asked - before <= 8)
        state.change { $0.isExhausted = false }
        let third = try TestClient(port: socket.address.port)
        #expect(await eventually { state.value.welcomed >= 1 })
        withExtendedLifetime((second, third)) {}
        try await loop.run { listener.close() }
        loop.stop()
    }
}
