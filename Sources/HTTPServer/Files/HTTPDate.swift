import Glibc

/// Dates in fields (RFC 9110, 5.6.7) as seconds since 1970-01-01T00:00:00Z.
enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let secondsPerDay = 86_400

    static var thisYear: Int {
        CivilDate(daysSince1970: time(nil) / secondsPerDay).year
    }

    /// `IMF-fixdate`: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func format(_ seconds: Int) -> String {
        let day = Int((Double(seconds) / Double(secondsPerDay)).rounded(.down))
        let time = seconds - day * secondsPerDay
        let date = CivilDate(daysSince1970: day)
        // 1970-01-01 was a Thursday.
        let weekday = weekdays[((day + 4) % 7 + 7) % 7]
        return "\(weekday), \(padded(date.day)) \(months[date.month - 1]) \(padded(date.year, to: 4)) "
            + "\(padded(time / 3600)):\(padded(time / 60 % 60)):\(padded(time % 60)) GMT"
    }

    /// Reads a date in any of the three forms.
    ///
    /// - Parameter year: the present one, by which a year of two digits is understood.
    /// - Returns: nil for anything else. Weekdays are not checked.
    static func parse(_ text: String, year present: Int = thisYear) -> Int? {
        let words = text.split(separator: " ")
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            return seconds(day: words[1], month: words[2], year: number(words[3], digits: 4), time: words[4])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard date.count == 3, let short = number(date[2], digits: 2) else { return nil }
            // More than 50 years ahead is the century before.
            let year = present / 100 * 100 + short
            return seconds(day: date[0], month: date[1], year: year > present + 50 ? year - 100 : year, time: words[2])
        case 5:
            let day = words[2].count == 1 ? "0" + words[2] : words[2]
            return seconds(day: day, month: words[1], year: number(words[4], digits: 4), time: words[3])
        default: return nil
        }
    }

    private static func seconds(day: Substring, month: Substring, year: Int?, time: Substring) -> Int? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2) }
        guard let year, let month = months.firstIndex(of: String(month)), let day = number(day, digits: 2),
            let date = CivilDate(year: year, month: month + 1, day: day), clock.count == 3,
            let hour = clock[0], let minute = clock[1], let second = clock[2], hour < 24, minute < 60, second <= 60
        else { return nil }
        return date.daysSince1970 * secondsPerDay + hour * 3600 + minute * 60 + second
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
    }

    private static func padded(_ number: Int, to digits: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
