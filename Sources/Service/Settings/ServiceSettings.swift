import Engine

/// Everything an operator can set, with its defaults. `SettingsReader` fills it.
public struct ServiceSettings: Sendable, Equatable {
    /// The folder whose folders are the avatars.
    public var avatars = ""
    /// What this program does with the jobs.
    public var role = ServiceRole.server
    /// Where jobs are kept for many machines: `nats://` or `tls://` and an address each; empty for the folder of data.
    public var engine: [String] = []
    /// Of its streams and subjects; services that share nothing have different ones.
    public var engineName = "adnerf"
    /// A `.creds` file; nil for none, or for a name and a password in the address.
    public var engineCredentials: String?
    /// Authorities to trust with the engine, this client's certificate and its key (PEM).
    public var engineAuthorities: String?
    public var engineCertificate: String?
    public var engineKey: String?
    /// On how many of the engine's servers everything is stored; counts when the streams are made, as do the next two.
    public var engineReplicas = 1
    /// Bytes that segments, and all other files, may take in the engine; 0 for its own limits.
    public var engineSegmentBytes = 0
    public var engineBlobBytes = 0
    /// Bytes that files fetched from the engine may take in the folder of data.
    public var engineCacheBytes = 10_000_000_000
    /// Seconds after which another worker takes over what one does of whom nothing is heard.
    public var lease = 30
    /// This program's name among those that share an engine; nil for the host's with something that nobody else has.
    public var node: String?
    /// The folder of jobs, their files and what is learnt about avatars; beside an engine, of what was fetched from it.
    public var data = "adnerf-data"
    /// Address or name to listen on. Other than loopback it wants TLS or `allowPlaintext`.
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 8080
    /// Pieces of work done at a time; none where others share the engine.
    public var workers = 2
    /// Threads that each worker computes with.
    public var threads = 1
    /// A DeepSpeech 0.1.0 frozen graph; nil looks for the only `*.pb` among the avatars. Without one, jobs need `features`.
    public var deepspeech: String?
    /// Who may use the API; nil lets everybody.
    public var apiKeyFile: String?
    public var tlsCertificate: String?
    public var tlsKey: String?
    /// Whether to listen without TLS where others than this machine can connect, as behind a proxy.
    public var allowPlaintext = false
    /// Origins whose pages may call the API: `https://example.org`, or `*`.
    public var corsOrigins: [String] = []
    /// The largest request to make a video or features, in bytes.
    public var maximumUpload = 110_000_000
    /// The longest video, in seconds.
    public var maximumDuration = 1_800
    /// Jobs that may wait or run, in all.
    public var maximumJobs = 1_000
    /// Jobs that may wait or run for one key, or for all without keys.
    public var maximumJobsPerKey = 200
    /// How long a finished video is kept, in seconds.
    public var retention = 86_400
    /// Bytes that jobs may take on disk.
    public var quota = 50_000_000_000
    /// Bytes that stay free on the disk.
    public var reserve = 200_000_000
    /// Connections at a time, in all and from one address.
    public var maximumConnections = 20_000
    public var maximumConnectionsPerAddress = 20_000
    /// How long SIGTERM lets running requests and work finish, in seconds.
    public var drain = 20
    /// Whether webhooks may go to private addresses and over plain HTTP.
    public var allowPrivateWebhooks = false
    /// Signs webhooks, `whsec_` and base64; nil makes one up, kept in the data folder.
    public var webhookSecret: String?
    public var logLevel = "info"
    public var logFormat = LogFormat.text
    public var precision = Precision.fast
    /// When avatars are baked for real time.
    public var bake = BakeMode.auto
    /// What real time must be worth on average, PSNR over the frame in dB; below it jobs are exact.
    public var realtimeFloor = 40.0

    public init() {}

    public enum LogFormat: String, Sendable, CaseIterable {
        /// A line for a person.
        case text
        /// A JSON object a line.
        case json
    }
}
