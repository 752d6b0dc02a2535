/// Where a server keeps things in its data folder, for those who put something there.
public enum ServiceFolders {
    /// What is learnt about avatars, and their baked files.
    public static func avatars(_ data: String) -> String { "\(data)/avatars" }
    /// Avatars that were fetched from the engine.
    public static func published(_ data: String) -> String { "\(data)/published" }
}
