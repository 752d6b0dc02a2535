extension ServiceSettings {
    /// Every setting in force, a line each: `port = 8080`. Secrets are hidden.
    public var table: String {
        let width = Setting.all.map(\.name.count).max() ?? 0
        return Setting.all.map { setting in
            let padding = String(repeating: " ", count: width - setting.name.count)
            return "\(setting.name)\(padding) = \(setting.show(self))"
        }.joined(separator: "\n")
    }
}
