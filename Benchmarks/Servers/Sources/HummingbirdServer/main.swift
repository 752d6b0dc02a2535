import Hummingbird
import Logging
import Workload

let workload = Workload()
let json = ByteBuffer(string: Workload.json)
let files = FileIO()

var logger = Logger(label: "HummingbirdServer")
logger.logLevel = .warning

let router = Router()
router.get("json") { _, _ in
    Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: json))
}
router.get("file") { _, context in
    let body = try await files.loadFile(path: workload.file, context: context)
    return Response(status: .ok, headers: [.contentType: "application/octet-stream"], body: body)
}
router.post("upload") { request, _ in
    var length = 0
    for try await piece in request.body { length += piece.readableBytes }
    return "\(length)"
}
router.get("idle") { _, _ in HTTPResponse.Status.noContent }

let application = Application(
    router: router, configuration: .init(address: .hostname("127.0.0.1", port: workload.port)), logger: logger)
try await application.runService()
