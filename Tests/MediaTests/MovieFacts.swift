@testable import Media

/// The durations that an MP4's headers state.
struct MovieFacts {
    let movieDuration: Int
    /// Of each track, in the track's units.
    let mediaDurations: [Int]
    /// Of each track, the sum of its samples' durations.
    let sampleDurations: [Int]

    init(_ file: [UInt8]) throws {
        (movieDuration, mediaDurations, sampleDurations) = file.withUnsafeBytes { bytes in
            func word(_ box: BoxReader.Box, _ offset: Int) -> Int {
                Int(BoxReader.word(bytes, box.content.lowerBound + offset))
            }
            let movie = BoxReader.boxes(in: bytes, at: ["moov"]).filter { $0.type == "mvhd" }
            let media = BoxReader.boxes(in: bytes, at: ["moov", "trak", "mdia"]).filter { $0.type == "mdhd" }
            let tables = BoxReader.boxes(in: bytes, at: ["moov", "trak", "mdia", "minf", "stbl"])
                .filter { $0.type == "stts" }
            return (
                word(movie[0], 16), media.map { word($0, 16) },
                tables.map { table in
                    (0..<word(table, 4)).reduce(0) { $0 + word(table, 8 + $1 * 8) * word(table, 12 + $1 * 8) }
                }
            )
        }
    }
}
