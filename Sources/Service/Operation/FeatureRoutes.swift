import Engine
import Foundation
import HTTPServer
import HTTPTypes
import Media
import Synchronization

/// `/v1/features`: audio in, speech features out.
struct FeatureRoutes: Sendable {
    let speech: SpeechModel
    let forms: FormReader
    /// Bytes that a request may have.
    let maximumUpload: Int
    let maximumDuration: Int
    /// One at a time: the network takes as much memory bandwidth as there is.
    let turn = AsyncTurn(limit: 1, waiting: 16)

    func register(on router: inout Router) {
        router.on(.post, "/v1/features", bodyLimit: maximumUpload, make)
    }

    private func make(_ request: Request) async throws -> Response {
        _ = try request.preferredType(of: ["application/octet-stream"])
        guard speech.isConfigured else {
            throw HTTPError(
                .serviceUnavailable, kind: "no-speech-model",
                detail: "this server has no speech model; have the operator start it with --deepspeech",
                fields: [.retryAfter: "3600"])
        }
        let upload = try await upload(request)
        return try await turn.take {
            let canceled = CancellationFlag()
            let bytes = try await withTaskCancellationHandler {
                try await Blocking.run { try features(of: upload.path, canceled) }
            } onCancel: {
                canceled.set()
            }
            return Response(
                .ok,
                fields: [
                    .contentType: "application/octet-stream", .cacheControl: "no-store",
                    .contentDisposition: ContentDisposition.attachment("features.npy"),
                ], body: .bytes(bytes))
        }
    }

    private func upload(_ request: Request) async throws -> TemporaryFile {
        try request.requireContent()
        guard let type = try request.contentType() else {
            throw HTTPError(
                .unsupportedMediaType, detail: "there is no Content-Type; send audio/* or application/octet-stream")
        }
        if type.essence == "multipart/form-data" {
            let form = try await forms.read(request)
            let names = Set(form.files.map(\.name) + form.fields.map(\.name))
            if let other = names.first(where: { $0 != "audio" }) {
                throw VideoForm.refusal(String(other.prefix(64)), "an unknown field", expected: "audio alone")
            }
            guard let file = form[file: "audio"]?.content else {
                throw VideoForm.refusal("audio", "nothing", expected: "a recording")
            }
            return file
        }
        guard ["audio", "video"].contains(type.type) || type.essence == "application/octet-stream" else {
            throw HTTPError(
                .unsupportedMediaType,
                detail: "Content-Type is \(type.essence); send audio/*, application/octet-stream or multipart/form-data"
            )
        }
        return try await request.body.spooled(in: forms.folder)
    }

    private func features(of path: String, _ canceled: CancellationFlag) throws -> [UInt8] {
        do {
            let isCanceled: @Sendable () -> Bool = { canceled.isSet }
            let recording = try AudioDecoder.decode(path: path, name: "audio", isCanceled: isCanceled)
            guard recording.duration <= Double(maximumDuration) + 1 else {
                throw EngineError(
                    .invalidValue, "audio", found: String(format: "%.1f seconds", recording.duration),
                    expected: "at most \(maximumDuration)", remedy: "split it")
            }
            let features = try speech.features(of: recording, name: "audio", isCanceled: isCanceled)
            return NumpyFile.encode(
                Tensor(
                    shape: [features.count, SpeechFeatures.steps, SpeechFeatures.characters], values: features.values))
        } catch let error as EngineError {
            throw error.isClientsFault
                ? HTTPError(.unprocessableContent, kind: "invalid-field", detail: error.description) : error
        }
    }
}
