import Engine

extension EngineError {
    /// Whether other input would have done, as opposed to a fault of the server's.
    var isClientsFault: Bool {
        switch code {
        case .malformed, .unsupported, .inconsistent, .invalidValue: true
        default: false
        }
    }
}
