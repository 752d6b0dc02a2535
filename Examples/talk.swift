// Asks for a video, follows it by polling, and fetches it:
//
//     swift Examples/talk.swift http://127.0.0.1:8080 demo speech.wav talk.mp4 [size=128 background=#204060 ...]
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct Video: Decodable {
    struct Links: Decodable { let content: String }
    struct Problem: Decodable { let detail: String }
    let id: String
    let status: String
    let progress: Int
    let links: Links
    let error: Problem?
}

struct Client {
    let base: URL
    let key = ProcessInfo.processInfo.environment["ADNERF_KEY"]

    func ask(_ path: String, method: String = "GET", type: String? = nil, body: Data? = nil) async throws -> Data {
        var request = URLRequest(url: URL(string: path, relativeTo: base)!, timeoutInterval: 90)
        request.httpMethod = method
        request.httpBody = body
        if let type { request.setValue(type, forHTTPHeaderField: "Content-Type") }
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, 200..<300 ~= status else {
            throw Failure((try? JSONDecoder().decode(Video.Problem.self, from: data).detail) ?? "\(response)")
        }
        return data
    }

    func video(_ path: String, method: String = "GET", type: String? = nil, body: Data? = nil) async throws -> Video {
        try await JSONDecoder().decode(Video.self, from: ask(path, method: method, type: type, body: body))
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

func form(_ fields: [(String, String)], audio: Data, boundary: String) -> Data {
    var body = Data()
    for (name, value) in fields {
        body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"audio\"\r\n\r\n".utf8)
    return body + audio + Data("\r\n--\(boundary)--\r\n".utf8)
}

func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let base = URL(string: arguments[0]) else {
    say("usage: talk.swift BASE AVATAR AUDIO OUTPUT [FIELD=VALUE ...]")
    exit(2)
}

do {
    let client = Client(base: base), boundary = UUID().uuidString
    let more = arguments.dropFirst(4).map { field in
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }
    let audio = try Data(contentsOf: URL(fileURLWithPath: arguments[2]))
    var video = try await client.video(
        "/v1/videos", method: "POST", type: "multipart/form-data; boundary=\(boundary)",
        body: form([("avatar", arguments[1])] + more, audio: audio, boundary: boundary))
    while ["queued", "in_progress"].contains(video.status) {
        say("\(video.status) \(video.progress) %")
        video = try await client.video("/v1/videos/\(video.id)?wait=30")
    }
    guard video.status == "completed" else { throw Failure(video.error?.detail ?? video.status) }
    try await client.ask(video.links.content).write(to: URL(fileURLWithPath: arguments[3]))
} catch {
    say("error: \(error)")
    exit(1)
}
