/// The conformance runner's judgement of what came back, and how it ended.
struct Verdict {
    let test: ConformanceCase
    /// Whether the server ended the connection.
    let hasEnded: Bool

    /// What is wrong; nil if nothing is.
    static func problem(_ test: ConformanceCase, output: [UInt8], hasEnded: Bool) -> String? {
        let methods = test.requestMethods
        let responses: (finals: [ResponseReader.Response], interims: [(Int, ResponseReader.Response)])
        do {
            responses = try ResponseReader.read(output, methods: methods)
        } catch {
            // A refused HEAD request may be answered with content: its method need not be known.
            guard test.kind != .accept, methods.last == "HEAD",
                let others = try? ResponseReader.read(output, methods: methods.dropLast())
            else { return error.reason }
            responses = others
        }
        let verdict = Verdict(test: test, hasEnded: hasEnded)
        let (finals, interims) = responses
        if output.isEmpty, !test.isCut { return "no response" }
        if let problem = verdict.common(finals, interims) { return problem }
        if test.isCut { return verdict.incomplete(finals) }
        switch test.kind {
        case .reject: return verdict.reject(finals)
        case .either: return verdict.either(finals)
        case .accept:
            // A final status before the body was read: the server may say close, and do so.
            if test.mayContinue, 1...test.count ~= finals.count, finals.last?.closes == true, hasEnded {
                return finals.first { !isNormal($0.status) }.map { "\($0.status) to a valid request" }
            }
            return verdict.accept(finals)
        }
    }

    private func common(
        _ finals: [ResponseReader.Response], _ interims: [(Int, ResponseReader.Response)]
    ) -> String? {
        for (index, response) in interims {
            if response.status == 101 { return "101 that the server cannot mean" }
            if !test.mayContinue { return "a \(response.status) that was not asked for" }
            if interims.count(where: { $0.0 == index && $0.1.status == 100 }) > 1 { return "more than one 100" }
        }
        for response in finals where response.status == 405 && !response.has("allow") { return "405 without Allow" }
        if test.isFirstHTTP10, finals.first?.has("transfer-encoding") == true { return "chunked to HTTP/1.0" }
        if finals.count >= test.count {
            let last = finals[test.count - 1]
            for name in test.headers ?? [] where !last.has(name) { return "\(last.status) without \(name)" }
            for name in test.absent ?? [] where last.has(name) { return "\(last.status) with \(name)" }
        }
        for (response, wanted) in zip(finals, test.statuses ?? []) {
            let wanted = wanted == "base" ? "200" : wanted
            if wanted != "*", wanted != "\(response.status)" { return "\(response.status), not \(wanted)" }
        }
        return nil
    }

    private static func isNormal(_ status: Int) -> Bool {
        status == 501 || status < 500 && !ConformanceCase.refusals.contains(status)
    }

    private static func isRefusal(_ status: Int) -> Bool {
        400..<500 ~= status || status == 501 || status == 505
    }

    private func accept(_ finals: [ResponseReader.Response]) -> String? {
        let count = test.count
        for response in finals.prefix(count) where !Self.isNormal(response.status) {
            return "\(response.status) to a valid request"
        }
        if finals.count < count { return "\(finals.count) of \(count) responses" }
        if let codes = test.codes, !codes.contains(finals[count - 1].status) {
            return "\(finals[count - 1].status), not \(codes)"
        }
        let extra = finals.count - count
        let close = test.close ?? .no
        if close == .yes, extra > 0 { return "responses after the request that closes the connection" }
        if extra > 1 { return "bytes of a body were taken for a request" }
        if extra == 0, close == .no { return "the pipelined canary got no answer" }
        if extra == 1, finals[count].status != 404 { return "the pipelined canary got \(finals[count].status)" }
        return hasEnded ? nil : "the connection stays open"
    }

    private func reject(_ finals: [ResponseReader.Response]) -> String? {
        let count = test.count
        if finals.count > count { return "\(finals.map(\.status)): went on after an invalid request" }
        for response in finals.prefix(count - 1) where !Self.isNormal(response.status) {
            return "\(response.status) to a valid request"
        }
        guard finals.count == count, let status = finals.last?.status else {
            return "\(finals.count) of \(count) responses"
        }
        let isEarly = test.late == true && [404, 405].contains(status)
        if !Self.isRefusal(status) { return "\(status) to an invalid request" }
        if [404, 405].contains(status), !isEarly { return "\(status) to an invalid request, as if it were valid" }
        if let codes = test.codes, !codes.contains(status), !isEarly { return "\(status), not \(codes)" }
        return hasEnded ? nil : "the connection stays open"
    }

    private func either(_ finals: [ResponseReader.Response]) -> String? {
        let count = test.count
        guard let last = finals.last else { return "no response" }
        if finals.count > count + 1 { return "bytes of a body were taken for a request" }
        for response in finals where response.status >= 500 && ![501, 505].contains(response.status) {
            return "\(response.status)"
        }
        if finals.count < count, !Self.isRefusal(last.status), !last.closes { return "too few responses" }
        if finals.count == count + 1, last.status != 404 { return "the pipelined canary got \(last.status)" }
        return hasEnded ? nil : "the connection stays open"
    }

    private func incomplete(_ finals: [ResponseReader.Response]) -> String? {
        let count = test.count
        if finals.count > count { return "\(finals.count) responses to \(count) requests, the last one incomplete" }
        if finals.count == count, let status = finals.last?.status {
            if !Self.isRefusal(status) || [404, 405].contains(status) && test.late != true {
                return "\(status) to an incomplete request"
            }
        } else if finals.count < count - 1 {
            return "\(finals.count) of \(count - 1) responses before the incomplete request"
        }
        return hasEnded ? nil : "the connection stays open after the client has finished sending"
    }
}
