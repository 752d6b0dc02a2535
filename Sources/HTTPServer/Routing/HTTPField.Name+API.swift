import HTTPTypes

extension HTTPField.Name {
    /// RFC 7240, 2.
    public static let prefer = Self("Prefer")!
    /// RFC 7240, 3.
    public static let preferenceApplied = Self("Preference-Applied")!
    public static let idempotencyKey = Self("Idempotency-Key")!
    public static let lastEventID = Self("Last-Event-ID")!
    /// `no` keeps nginx from holding a stream back.
    public static let xAccelBuffering = Self("X-Accel-Buffering")!
    public static let referrerPolicy = Self("Referrer-Policy")!
}
