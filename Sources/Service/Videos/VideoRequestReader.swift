import Foundation
import HTTPServer
import HTTPTypes

/// Reads the body of `POST /v1/videos`, a form or JSON, into a `VideoForm`.
struct VideoRequestReader: Sendable {
    let forms: FormReader
    /// Bytes of JSON, which is held in memory, unlike the files of a form.
    static let maximumJSON = 32 << 20

    /// What was read. The files go with it, unless they are taken.
    struct Reading {
        var form: VideoForm
        var files: [TemporaryFile]
        /// SHA-256 of what was sent, for idempotency.
        var digest: [UInt8]
    }

    /// - Throws: `HTTPError` 400, 411, 413, 415 or 422.
    func read(_ request: Request) async throws -> Reading {
        try request.requireContent()
        guard let type = try request.contentType() else {
            throw HTTPError(
                .unsupportedMediaType, detail: "there is no Content-Type; send multipart/form-data or application/json")
        }
        switch type.essence {
        case "multipart/form-data": return try await readForm(request)
        case "application/json": return try await readJSON(request)
        default:
            throw HTTPError(
                .unsupportedMediaType,
                detail: "Content-Type is \(type.essence); send multipart/form-data or application/json")
        }
    }

    private func readForm(_ request: Request) async throws -> Reading {
        let form = try await forms.read(request)
        var reading = Reading(form: VideoForm(), files: form.files.map(\.content), digest: form.digest)
        try await fill(
            &reading,
            form.fields.map { ($0.name, .text($0.value)) }
                + form.files.map { ($0.name, .file(path: $0.content.path)) })
        return reading
    }

    private func readJSON(_ request: Request) async throws -> Reading {
        let body = try await request.body.collect(upTo: Self.maximumJSON)
        let members: [String: JSONValue]
        do {
            members = try JSONDecoder().decode([String: JSONValue].self, from: Data(body))
        } catch {
            throw HTTPError(.badRequest, kind: "bad-json", detail: "the body is no JSON object; send one")
        }
        var reading = Reading(form: VideoForm(), files: [], digest: SHA256Digest.of(body))
        var fields: [(String, VideoForm.Value)] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let bytes = try VideoForm.upload(name, value) {
                let file = try await RequestBody(bytes).spooled(in: forms.folder)
                reading.files.append(file)
                fields.append((name, .file(path: file.path)))
            } else {
                fields.append((name, .text(try VideoForm.text(name, value))))
            }
        }
        try await fill(&reading, fields)
        return reading
    }

    /// Checks field after field; what is in files is parsed, away from the threads that requests share.
    private func fill(_ reading: inout Reading, _ fields: [(String, VideoForm.Value)]) async throws {
        var seen: Set<String> = []
        for (name, _) in fields where !seen.insert(name).inserted {
            throw VideoForm.refusal(String(name.prefix(64)), "the field twice", expected: "it once")
        }
        var fields = fields
        // A pose track that is written out is a file that came as text.
        for index in fields.indices where fields[index].0 == "poses" {
            guard case .text(let text) = fields[index].1, text.drop(while: \.isWhitespace).hasPrefix("{") else {
                continue
            }
            let file = try await RequestBody(Array(text.utf8)).spooled(in: forms.folder)
            reading.files.append(file)
            fields[index].1 = .file(path: file.path)
        }
        let (form, complete) = (reading.form, fields)
        reading.form = try await Blocking.run {
            var form = form
            for (name, value) in complete { try form.set(name, value) }
            return form
        }
    }
}
