import HTTPTypes

extension HTTPResponse.Status {
    /// 507 (RFC 4918, 11.5): no room for what the request would have to keep.
    public static var insufficientStorage: Self {
        Self(code: 507, reasonPhrase: "Insufficient Storage")
    }
}
