// ours PORT FILE: GET /json, GET /file, POST /upload, as a user of the server's router would write them.
import HTTPServer
import HTTPTypes
import Logging

let arguments = CommandLine.arguments
var logger = Logger(label: "benchmark")
logger.logLevel = .critical

var router = Router(logger: logger)
router.on(.get, "/json") { _ in
    Response(
        .ok, fields: [.contentType: "application/json"], body: .bytes(Array(#"{"message":"Hello, World!"}"#.utf8)))
}
router.on(.get, "/file") { request in
    FileResponse(try FileHandle(path: arguments[2]), contentType: "application/octet-stream").response(to: request)
}
router.on(.post, "/upload", bodyLimit: .max) { request in
    var total = 0
    for try await piece in request.body { total += piece.count }
    return Response(.ok, body: .bytes(Array("\(total)".utf8)))
}

var settings = ServerSettings()
settings.port = Int(arguments[1]) ?? 8080
settings.maximumConnections = 100_000
settings.maximumConnectionsPerAddress = 100_000
let server = HTTPServer(settings: settings, responder: router, logger: logger)
_ = try await server.start()
while true { try await Task.sleep(for: .seconds(3_600)) }
