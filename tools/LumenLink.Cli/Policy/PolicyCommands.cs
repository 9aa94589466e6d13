using System.CommandLine;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Release;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Trust;
using Command = System.CommandLine.Command;

namespace LumenLink.Cli.Policy;

/// <summary>
/// lumen policy test: what a policy would make of the fleet before it is in force. Exit status: 0 nobody who is
/// accepted would be refused, 1 somebody would, 2 bad input, 3 the service is not reached or refuses.
/// </summary>
internal sealed class PolicyCommands
{
    private const int NobodyLost = ExitStatus.Done;
    private const int SomebodyLost = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;
    private const int NoService = ExitStatus.Undecided;
    private const string EnvironmentVariable = "LUMENLINK_ENV";

    private readonly Func<HttpMessageHandler> handler;
    private readonly Func<string, string?> environment;

    private readonly Option<string> folder = new("--operator")
    {
        Description = "the operator folder, for the releases that the policy names",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(".data", "operator"),
    };

    private readonly Option<string?> policy = new("--policy")
    {
        Description = "the policy to try; else policy.json of the operator folder",
        HelpName = "FILE",
    };

    private readonly Option<string?> evidence = new("--evidence")
    {
        Description = "evidence that was saved before; else the service is asked",
        HelpName = "FILE",
    };

    private readonly Option<string?> save = new("--save")
    {
        Description = "file to save the service's evidence in",
        HelpName = "FILE",
    };

    private readonly Option<string?> service = ServiceClient.AddressOption();

    private readonly Option<string?> where = new("--environment")
    {
        Description = $"development or production; else ${EnvironmentVariable}, else development",
        HelpName = "ENV",
    };

    private PolicyCommands(Func<HttpMessageHandler> handler, Func<string, string?> environment)
    {
        this.handler = handler;
        this.environment = environment;
    }

    /// <summary>The command and its own.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    internal static Command Create(Func<HttpMessageHandler> handler, Func<string, string?> environment)
    {
        PolicyCommands commands = new(handler, environment);
        Command test = new(
            "test",
            "Try a policy against what each beacon stated last. Exit status: 0 nobody who is accepted would be "
                + "refused, 1 somebody would, 2 bad input, 3 the service is not reached or refuses.")
        {
            commands.policy, commands.folder, commands.evidence, commands.save, commands.service, commands.where,
        };
        test.SetAction(commands.RunAsync);
        return new Command("policy", "The reference values that beacons are judged by.") { test };
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        try
        {
            string operatorFolder = parsed.GetValue(folder)!;
            ReferencePolicy tried = ReferencePolicy.Load(
                operatorFolder,
                parsed.GetValue(policy) ?? Path.Combine(operatorFolder, ReferencePolicy.FileName));
            ServiceEnvironment there = Environment(parsed.GetValue(where));
            IReadOnlyList<RecordedEvidence> recorded = await RecordedAsync(parsed);
            return Tell(parsed.InvocationConfiguration.Output, tried, there, recorded);
        }
        catch (BeaconException problem) when (!problem.IsInput)
        {
            await error.WriteLineAsync("error: " + problem.Message);
            return NoService;
        }
        catch (Exception problem) when (problem is ReleaseException or BeaconException or InvalidOperationException
            or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync("error: " + problem.Message);
            return BadInput;
        }
    }

    private async Task<IReadOnlyList<RecordedEvidence>> RecordedAsync(ParseResult parsed)
    {
        if (parsed.GetValue(evidence) is { } file)
            return EvidenceRecord.Load(file);
        using ServiceClient client = new(handler(), parsed.GetValue(service), "", environment);
        IReadOnlyList<RecordedEvidence> recorded = await EvidenceRecord.FetchAsync(
            client, count => parsed.InvocationConfiguration.Error.WriteLine($"{count} beacons read"));
        if (parsed.GetValue(save) is { } target)
            EvidenceRecord.Save(target, recorded);
        return recorded;
    }

    private static int Tell(
        TextWriter output, ReferencePolicy policy, ServiceEnvironment there, IReadOnlyList<RecordedEvidence> recorded)
    {
        var judged = recorded.Select(one => (Was: one, Now: PolicyTrial.Judge(
            policy, there, one.Frame, one.SecurityLevel, one.HardwareModel))).ToList();
        var lost = judged.Where(one => IsGood(one.Was.Outcome) && !IsGood(one.Now.Outcome)).ToList();
        var won = judged.Where(one => IsOfPolicy(one.Was.Outcome) && IsGood(one.Now.Outcome)).ToList();
        output.WriteLine($"policy {policy.Version}, {there}, {recorded.Count} beacons".ToLowerInvariant());
        output.WriteLine($"{lost.Count} would be refused that are accepted");
        foreach (var (was, now) in lost)
            output.WriteLine($"  {was.Beacon} {now.Outcome}: {now.Detail}");
        output.WriteLine($"{won.Count} would be accepted that the policy refused");
        foreach (var (was, _) in won)
            output.WriteLine($"  {was.Beacon} {was.Outcome} until now");
        output.WriteLine($"{recorded.Count - lost.Count - won.Count} stay as they are");
        return lost.Count == 0 ? NobodyLost : SomebodyLost;
    }

    private static bool IsGood(AttestationOutcome outcome) => outcome == AttestationOutcome.Accepted;

    private static bool IsOfPolicy(AttestationOutcome outcome) =>
        AttestationChecks.OfPolicy.Any(check => check.Outcome == outcome);

    private ServiceEnvironment Environment(string? given)
    {
        string text = given ?? environment(EnvironmentVariable) ?? "development";
        return Enum.TryParse(text, ignoreCase: true, out ServiceEnvironment read) && Enum.IsDefined(read)
            && !char.IsAsciiDigit(text[0])
            ? read
            : throw new ReleaseException($"\"{text}\" is neither development nor production.");
    }
}
