/// The stores as a performer sees them from its own thread, where it may wait.
protocol WorkFiles: Sendable {
    func blob(_ job: JobID, _ name: String) throws -> String?
    func put(_ job: JobID, _ name: String, file path: String) throws
    func segment(_ job: JobID, _ index: Int) throws -> String?
}
