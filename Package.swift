// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "adnerf",
    products: [
        .executable(name: "adnerf", targets: ["adnerf"]),
        .library(name: "HTTPServer", targets: ["HTTPServer"]),
    ],
    traits: [
        .trait(name: "NATS", description: "NATS JetStream as the engine of the jobs, which needs libnats.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "adnerf",
            dependencies: [
                "Engine", "Media", "Service", "Studio",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "Service",
            dependencies: [
                "CLinux", "COpenSSL", "Engine", "HTTPServer", "Jobs", "Media", "NATSJobs", "Page", "Studio",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        // Apart from Service, because compiling what is embedded takes its time.
        .target(name: "Page", resources: [.embedInCode("page.html"), .embedInCode("openapi.yaml")]),
        .target(name: "Studio", dependencies: ["Engine", "Media"]),
        .target(
            name: "Jobs",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // Empty without the trait.
        .target(
            name: "NATSJobs",
            dependencies: [
                "Jobs", "COpenSSL",
                .target(name: "CNats", condition: .when(traits: ["NATS"])),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "HTTPServer",
            dependencies: [
                "CLinux", "COpenSSL", "CZlib", "HTTPCore",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "HTTPCore"),
        .systemLibrary(name: "CLinux"),
        .target(name: "Media", dependencies: ["Engine", "CTurboJPEG", "CPNG"]),
        .target(name: "Engine", dependencies: ["CKernels", "COpenSSL"]),
        .target(name: "CKernels"),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNats", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Engine", "Media", "CKernels"], path: "Benchmarks",
            exclude: ["README.md", "Servers", "baseline.py", "cluster.py", "pipeline.py"]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Media", "CKernels", "CZlib"]),
        .testTarget(name: "MediaTests", dependencies: ["Media"]),
        .testTarget(name: "StudioTests", dependencies: ["Engine", "Media", "Studio"]),
        .testTarget(name: "HTTPCoreTests", dependencies: ["HTTPCore"]),
        .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer"]),
        .testTarget(
            name: "JobsTests", dependencies: ["Jobs", .target(name: "NATSJobs", condition: .when(traits: ["NATS"]))]),
        .testTarget(name: "ServiceTests", dependencies: ["Service"]),
        .testTarget(name: "EndToEndTests", dependencies: ["adnerf"]),
        .testTarget(name: "CommandTests", dependencies: ["Engine", "Media", "Studio", "adnerf"]),
    ],
    swiftLanguageModes: [.v6]
)
