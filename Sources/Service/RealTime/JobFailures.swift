import Jobs

/// Why jobs fail for good without a fault of their clients'.
enum JobFailures {
    static func bakeReplaced(_ avatar: String) -> JobFailure {
        JobFailure(
            kind: "bake-replaced", title: "The baked file is another",
            detail: "the baked file of \(avatar) was replaced while the video was being rendered; submit it again")
    }
}
