// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody else fetches the peers.
let package = Package(
    name: "servers",
    dependencies: [
        .package(name: "adnerf", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .executableTarget(
            name: "ours",
            dependencies: [
                .product(name: "HTTPServer", package: "adnerf"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Sources/Ours"),
        .executableTarget(
            name: "hummingbird", dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            path: "Sources/Hummingbird2"),
        .executableTarget(
            name: "flyingfox", dependencies: [.product(name: "FlyingFox", package: "FlyingFox")],
            path: "Sources/FlyingFoxes"),
    ],
    swiftLanguageModes: [.v6]
)
