import HTTPTypes

/// A form while its parts arrive.
struct FormAssembly {
    private let reader: FormReader
    private var form = Form()
    private var head: PartHead?
    private var text: [UInt8] = []
    private var allText = 0
    private var size = 0
    private var file: TemporaryFile?
    private let whole = SHA256Hasher()
    private let part = SHA256Hasher()

    init(_ reader: FormReader) {
        self.reader = reader
    }

    /// Takes note of the body's bytes as they are.
    func see(_ piece: [UInt8]) {
        if reader.digest == .body { whole.update(piece) }
    }

    mutating func take(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let head): (self.head, text, size, file) = (head, [], 0, nil)
        case .data(let bytes): if let head { try take(bytes, of: head) }
        case .endOfPart: if let head { try end(head) }
        case .end: break
        }
    }

    consuming func finish() -> Form {
        if reader.digest != .none { form.digest = whole.finish() }
        return form
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, of head: PartHead) throws {
        let limits = reader.limits
        let isFile = head.filename != nil
        let limit = limits.partBytes[head.name] ?? (isFile ? limits.fileBytes : limits.fieldBytes)
        size += bytes.count
        guard size <= limit else { throw Self.tooLong(head, limit: limit) }
        if reader.digest == .contents { part.update(bytes) }
        if isFile {
            let file = try file ?? TemporaryFile(in: reader.folder)
            self.file = file
            try file.append(bytes)
        } else {
            allText += bytes.count
            guard allText <= limits.allFieldBytes else {
                throw HTTPError(
                    .contentTooLarge,
                    detail:
                        "the form's texts are longer than \(limits.allFieldBytes) bytes together; send less, or files")
            }
            text += bytes
        }
    }

    private mutating func end(_ head: PartHead) throws {
        defer { file = nil }
        // What browsers send for a file that was not chosen.
        if head.filename == "", size == 0 { return }
        if reader.digest == .contents { note(head) }
        guard let filename = head.filename else {
            guard let value = String(validating: text, as: UTF8.self) else {
                throw HTTPError(.badRequest, detail: "the form's field \"\(head.name)\" is not UTF-8; encode it so")
            }
            return form.fields.append(Form.Field(name: head.name, value: value))
        }
        let content = try file ?? TemporaryFile(in: reader.folder)
        try content.seal()
        form.files.append(
            Form.File(name: head.name, filename: filename, contentType: head.contentType, content: content))
    }

    /// Adds a part to the digest: lengths before texts, so that no two forms give the same bytes.
    private func note(_ head: PartHead) {
        for text in [head.name, head.filename ?? ""] {
            whole.update(Array("\(text.utf8.count):\(text)".utf8))
        }
        whole.update([head.filename == nil ? 0 : 1] + part.finish())
    }

    private static func tooLong(_ head: PartHead, limit: Int) -> HTTPError {
        HTTPError(
            .contentTooLarge, detail: "the form's part \"\(head.name)\" is longer than \(limit) bytes; send less")
    }
}
