// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds the service fetches its peers. Those are pinned: a figure belongs to a
// version.
let package = Package(
    name: "Servers",
    dependencies: [
        .package(name: "adnerf", path: "../.."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .target(name: "Workload"),
        .executableTarget(
            name: "AdnerfServer",
            dependencies: [
                "Workload",
                .product(name: "HTTPServer", package: "adnerf"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "HummingbirdServer",
            dependencies: [
                "Workload",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "FlyingFoxServer",
            dependencies: [
                "Workload",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
