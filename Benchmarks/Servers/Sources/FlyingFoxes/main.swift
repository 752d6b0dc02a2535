// flyingfox PORT FILE: the same as its users write it.
import FlyingFox
import FlyingSocks
import Foundation

let arguments = CommandLine.arguments
let server = HTTPServer(
    address: try sockaddr_in.inet(ip4: "127.0.0.1", port: UInt16(arguments[1]) ?? 8080), logger: .disabled)
await server.appendRoute("GET /json") { _ in
    HTTPResponse(
        statusCode: .ok, headers: [.contentType: "application/json"], body: Data(#"{"message":"Hello, World!"}"#.utf8))
}
await server.appendRoute(
    "GET /file",
    to: FileHTTPHandler(path: URL(filePath: arguments[2]), contentType: "application/octet-stream"))
await server.appendRoute("POST /upload") { request in
    var total = 0
    for try await piece in request.bodySequence { total += piece.count }
    return HTTPResponse(statusCode: .ok, body: Data("\(total)".utf8))
}
try await server.run()
