#if NATS

import CNats
import Foundation
import Jobs

/// The library's options, freed with this object; only used while a connection is made.
final class NATSOptions {
    let pointer: OpaquePointer

    /// - Returns: nil without memory.
    /// - Throws: `.invalid` for what the library refuses.
    init?(_ settings: NATSSettings, _ events: NATSEvents) throws {
        var options: OpaquePointer?
        guard natsOptions_Create(&options) == NATS_OK, let options else { return nil }
        pointer = options
        try set("the servers' addresses", settings.addresses) {
            Self.setServers(options, settings.servers)
        }
        try set("the client's name", settings.clientName) { natsOptions_SetName(options, settings.clientName) }
        // Without end: a cluster that is down today may be up tomorrow.
        natsOptions_SetMaxReconnect(options, -1)
        natsOptions_SetReconnectWait(options, 250)
        natsOptions_SetReconnectJitter(options, 100, 500)
        natsOptions_SetTimeout(options, 3000)
        natsOptions_SetPingInterval(options, 10000)
        // Requests are tried again by `call`, with more patience than a buffer has.
        natsOptions_SetFailRequestsOnDisconnect(options, true)
        if let tls = settings.tls { try secure(tls) }
        if let file = settings.credentials {
            try set("the credentials file", file) { natsOptions_SetUserCredentialsFromFiles(options, file, nil) }
        }
        events.listen(options)
    }

    deinit { natsOptions_Destroy(pointer) }

    private func secure(_ tls: NATSSettings.TLS) throws {
        natsOptions_SetSecure(pointer, true)
        if let file = tls.authorities {
            try set("the authorities' certificates", file) {
                natsOptions_LoadCATrustedCertificates(pointer, file)
            }
        }
        guard (tls.certificate == nil) == (tls.key == nil) else {
            throw JobsError(
                .invalid, "engine's TLS", found: "a client's certificate or key alone", expected: "both or none")
        }
        if let certificate = tls.certificate, let key = tls.key {
            try set("the client's certificate", certificate) {
                natsOptions_LoadCertificatesChain(pointer, certificate, key)
            }
        }
    }

    private func set(_ what: String, _ value: String, _ body: () -> natsStatus) throws {
        let status = body()
        guard status == NATS_OK else {
            throw JobsError(
                .invalid, value, found: "\(what) cannot be used: \(String(cString: natsStatus_GetText(status)))",
                remedy: "check that it is right, there and readable")
        }
    }

    private static func setServers(_ options: OpaquePointer, _ servers: [String]) -> natsStatus {
        // The library copies them before it returns.
        let texts = servers.map { strdup($0) }
        defer { texts.forEach { free($0) } }
        var pointers = texts.map { UnsafePointer<CChar>($0) }
        return natsOptions_SetServers(options, &pointers, Int32(servers.count))
    }
}

#endif
