extension Int {
    /// A body's length with one more piece of it.
    ///
    /// - Throws: 413 if it is over the limit, or over what can be counted.
    func adding(_ count: Int, limit: Int) throws(HTTPParseError) -> Int {
        let (sum, overflows) = addingReportingOverflow(count)
        guard !overflows, sum <= limit else { throw HeadRules.tooLong }
        return sum
    }
}
