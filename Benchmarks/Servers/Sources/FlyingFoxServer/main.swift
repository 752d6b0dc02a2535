import FlyingFox
import FlyingSocks
import Foundation
import Workload

let workload = Workload()
let json = Data(Workload.json.utf8)

let server = HTTPServer(
    address: try .inet(ip4: "127.0.0.1", port: UInt16(workload.port)), logger: WarningLogger())

await server.appendRoute("GET /json") { _ in
    HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: json)
}
await server.appendRoute(
    "GET /file",
    to: FileHTTPHandler(path: URL(fileURLWithPath: workload.file), contentType: "application/octet-stream"))
await server.appendRoute("POST /upload") { request in
    var length = 0
    for try await piece in request.bodySequence { length += piece.count }
    return HTTPResponse(statusCode: .ok, headers: [.contentType: "text/plain"], body: Data("\(length)".utf8))
}
await server.appendRoute("GET /idle") { _ in HTTPResponse(statusCode: .noContent) }

try await server.run()
