/// The rule for blobs' names, which are also file names.
package enum BlobName {
    /// - Throws: `.invalid` unless the name is 1 to 100 of `A-Z a-z 0-9 . _ -` and does not begin with a dot.
    package static func checked(_ name: String) throws(JobsError) -> String {
        let isFine = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isFine, (1...100).contains(name.utf8.count), !name.hasPrefix(".") else {
            throw JobsError(
                .invalid, "blob \(name.debugDescription.prefix(120))", found: "a name that cannot be a file's",
                expected: "1 to 100 letters, digits, dots, hyphens and underscores, not beginning with a dot")
        }
        return name
    }
}
