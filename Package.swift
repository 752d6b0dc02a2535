// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "adnerf",
    products: [
        .executable(name: "adnerf", targets: ["adnerf"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .executableTarget(
            name: "adnerf",
            dependencies: [
                "Engine", "Media",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(name: "Media", dependencies: ["Engine", "CTurboJPEG", "CPNG"]),
        .target(name: "Engine", dependencies: ["CKernels", "COpenSSL"]),
        .target(name: "CKernels"),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Engine", "Media", "CKernels"], path: "Benchmarks",
            exclude: ["baseline.py"]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Media", "CKernels", "CZlib"]),
        .testTarget(name: "MediaTests", dependencies: ["Media"]),
        .testTarget(name: "CommandTests", dependencies: ["Engine", "Media", "adnerf"]),
    ],
    swiftLanguageModes: [.v6]
)
