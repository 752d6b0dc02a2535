import ArgumentParser
import Engine
import Foundation

/// Runs a command and turns its outcome into an exit status: 0 success, 1 a reported error, 2 wrong usage,
/// 130 interrupted.
@main
enum Main {
    static func main() async {
        exit(await run(Array(CommandLine.arguments.dropFirst())))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            let command = try Adnerf.parseAsRoot(arguments)
            return try await run(command)
        } catch let status as ExitCode {
            return status.rawValue
        } catch {
            return report(error)
        }
    }

    /// - Throws: what is the argument parser's business: requests for help, and wrong usage.
    private static func run(_ command: any ParsableCommand) async throws -> Int32 {
        var command = command
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let error as EngineError {
            Terminal.complain(error.description)
            return error.code == .canceled ? 130 : 1
        } catch  where Adnerf.exitCode(for: error) == .failure && !(error is ExitCode) {
            // Help and wrong usage have statuses of their own.
            Terminal.complain("\(error)")
            return 1
        }
    }

    /// What the argument parser throws: requests for help, and wrong usage.
    private static func report(_ error: any Error) -> Int32 {
        let message = Adnerf.fullMessage(for: error)
        guard Adnerf.exitCode(for: error) != .success else {
            print(message)
            return 0
        }
        Terminal.complain(message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message)
        return 2
    }
}
