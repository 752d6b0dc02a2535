import ArgumentParser

@main
struct Adnerf: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "adnerf", abstract: "AD-NeRF talking heads.")
}
