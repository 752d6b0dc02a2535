// hummingbird PORT FILE: the same as its users write it.
import Foundation
import Hummingbird
import Logging

let arguments = CommandLine.arguments
var logger = Logger(label: "benchmark")
logger.logLevel = .critical

let file = URL(filePath: arguments[2])
let router = Router()
router.get("json") { _, _ in
    Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(byteBuffer: ByteBuffer(string: #"{"message":"Hello, World!"}"#)))
}
router.post("upload") { request, _ in
    var total = 0
    for try await buffer in request.body { total += buffer.readableBytes }
    return "\(total)"
}
let files = FileIO()
router.get("file") { _, context in
    Response(status: .ok, body: try await files.loadFile(path: file.path, context: context))
}
let app = Application(
    router: router, configuration: .init(address: .hostname("127.0.0.1", port: Int(arguments[1]) ?? 8080)),
    logger: logger)
try await app.runService()
