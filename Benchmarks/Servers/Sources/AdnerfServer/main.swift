import HTTPServer
import HTTPTypes
import Logging
import Workload

let workload = Workload()
let json = Array(Workload.json.utf8)

var logger = Logger(label: "AdnerfServer")
logger.logLevel = .warning

var router = Router(logger: logger)
router.on(.get, "/json") { _ in
    Response(.ok, fields: [.contentType: "application/json"], body: .bytes(json))
}
router.on(.get, "/file") { request in
    try FileResponse(FileHandle(path: workload.file), contentType: "application/octet-stream").response(to: request)
}
router.on(.post, "/upload", bodyLimit: Workload.uploadLimit) { request in
    var length = 0
    for try await piece in request.body { length += piece.count }
    return Response(.ok, fields: [.contentType: "text/plain"], body: .bytes(Array("\(length)".utf8)))
}
router.on(.get, "/idle") { _ in Response(.noContent) }

var settings = ServerSettings()
settings.port = workload.port
let server = HTTPServer(settings: settings, responder: router, logger: logger)
_ = try await server.start()
// Until it is killed.
while true { try await Task.sleep(for: .seconds(3600)) }
