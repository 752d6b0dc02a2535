import Glibc

/// The current time as the Date field wants it (IMF-fixdate, RFC 9110, 5.6.7), written once a second.
struct DateField {
    private var second = time_t.min
    private var text: [UInt8] = []

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    mutating func bytes(at second: time_t = time(nil)) -> [UInt8] {
        if second != self.second {
            self.second = second
            text = Self.text(second)
        }
        return text
    }

    private static func text(_ second: time_t) -> [UInt8] {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = String(parts.tm_year + 1900)
        let date = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(year)"
        return Array("\(date) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT".utf8)
    }
}
