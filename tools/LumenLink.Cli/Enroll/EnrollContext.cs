using System.CommandLine;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;

namespace LumenLink.Cli.Enroll;

/// <summary>What the commands of lumen enroll share: the way to the service, and what becomes of refusals.</summary>
/// <param name="handler">Carries calls to the service.</param>
/// <param name="environment">Looks a variable up.</param>
internal sealed class EnrollContext(Func<HttpMessageHandler> handler, Func<string, string?> environment)
{
    private const int Refused = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;

    /// <summary>Where the service is.</summary>
    public Option<string?> Service { get; } = ServiceClient.AddressOption();

    /// <summary>Lets a command run with calls below a path.</summary>
    public Command Of(Command command, string path, Func<ParseResult, ServiceClient, Task<int>> run)
    {
        command.SetAction(async parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            try
            {
                using ServiceClient client = new(handler(), parsed.GetValue(Service), path, environment);
                return await run(parsed, client);
            }
            catch (BeaconException problem)
            {
                await error.WriteLineAsync("error: " + problem.Message);
                return problem.IsInput ? BadInput : Refused;
            }
            catch (AuthorityException problem)
            {
                await error.WriteLineAsync("error: " + problem.Message);
                return problem.Status;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync("error: " + problem.Message);
                return BadInput;
            }
        });
        return command;
    }
}
