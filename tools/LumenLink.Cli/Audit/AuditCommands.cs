using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Cli.Beacon;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Audit;

/// <summary>
/// lumen audit: reads the audit from a service, and checks it without trusting service or database. Exit status of
/// verify: 0 nothing is wrong, 1 something is, 2 bad input, 3 nothing is but for gaps in time. Of export: 0, 1 the
/// service refused or is not reached, 2.
/// </summary>
internal sealed class AuditCommands
{
    private const int Good = ExitStatus.Done;
    private const int Refused = ExitStatus.Failed;
    private const int Broken = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;
    private const int OnlyGaps = ExitStatus.Undecided;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly Func<HttpMessageHandler> handler;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;

    private AuditCommands(Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        this.handler = handler;
        this.environment = environment;
        this.time = time;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="time">Says when an export began.</param>
    internal static Command Create(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        AuditCommands commands = new(handler, environment, time);
        return new Command("audit", "Export the audit and check it.") { commands.Export(), commands.Verify() };
    }

    private Command Export()
    {
        Argument<string> file = new("file") { Description = "where to write it", HelpName = "FILE" };
        Option<string?> service = ServiceClient.AddressOption();
        Command export = new(
            "export",
            $"Write the whole audit into a file. The admin token is taken from ${ServiceClient.TokenVariable}.")
        {
            file, service,
        };
        export.SetAction(async parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                using ServiceClient client = new(handler(), parsed.GetValue(service), "audit/", environment);
                (int heads, int entries) =
                    await AuditFile.WriteAsync(client, parsed.GetValue(file)!, time.GetUtcNow());
                await console.Output.WriteLineAsync($"{entries} entries, {heads} heads");
                return Good;
            }
            catch (BeaconException problem)
            {
                await console.Error.WriteLineAsync("error: " + problem.Message);
                return problem.IsInput ? BadInput : Refused;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                await console.Error.WriteLineAsync("error: " + problem.Message);
                return BadInput;
            }
        });
        return export;
    }

    private Command Verify()
    {
        Argument<string> file = new("file") { Description = "what lumen audit export wrote", HelpName = "FILE" };
        Option<string[]> roots = new("--root")
        {
            Description = "public key of an operator root, root.pub; once for each that is pinned",
            HelpName = "FILE",
            Required = true,
        };
        Option<string[]> heads = new("--heads")
        {
            Description = "folder of exported heads; once for each. Without one, ends of chains can be cut off",
            HelpName = "DIR",
        };
        Option<string?> keys = new("--keys")
        {
            Description = "keys.json of the operator folder: says which keys are revoked",
            HelpName = "FILE",
        };
        Option<int> gap = Whole("--max-gap-hours", "between two heads at most", (int)AuditPolicy.MaxGap.TotalHours);
        Option<int> kept = Whole("--kept-days", "how long entries must be kept", (int)AuditPolicy.Kept.TotalDays);
        Option<bool> json = new("--json") { Description = "print the report as JSON" };
        Command verify = new(
            "verify",
            "Check an export against itself and against signed heads. Exit status: 0 nothing is wrong, 1 something is, "
            + "2 bad input, 3 nothing but gaps in time.")
        {
            file, roots, heads, keys, gap, kept, json,
        };
        verify.SetAction(parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                AuditPins pins = new(
                    [.. parsed.GetValue(roots)!.Select(File.ReadAllBytes)], Revoked(parsed.GetValue(keys)),
                    TimeSpan.FromHours(parsed.GetValue(gap)), TimeSpan.FromDays(parsed.GetValue(kept)));
                AuditReport report = AuditVerifier.Verify(
                    AuditFile.Read(parsed.GetValue(file)!, parsed.GetValue(heads) ?? []), pins);
                Print(console.Output, report, parsed.GetValue(json));
                return report.IsBroken ? Broken : report.Findings.Count > 0 ? OnlyGaps : Good;
            }
            catch (Exception problem) when (problem is AuditFileException or IOException
                or UnauthorizedAccessException or InvalidOperationException)
            {
                console.Error.WriteLine("error: " + problem.Message);
                return BadInput;
            }
        });
        return verify;
    }

    private static void Print(TextWriter output, AuditReport report, bool isJson)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(report, Json));
            return;
        }

        foreach (AuditFinding finding in report.Findings)
        {
            string chain = finding.Chain is null ? "" : $" {finding.Chain}:";
            output.WriteLine($"{JsonNamingPolicy.SnakeCaseLower.ConvertName($"{finding.Fault}")}:{chain} "
                + finding.Sentence);
        }

        foreach (AuditChainSummary chain in report.Chains)
        {
            string vouched = chain.VouchedAt is { } at
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"vouched for through {chain.VouchedThrough} at {at:u}, {chain.Unvouched} behind it")
                : "no head vouches for it";
            output.WriteLine($"chain {chain.Chain}: entries {chain.First} to {chain.Last}, {vouched}");
        }

        output.WriteLine(
            $"{report.Entries} entries, {report.Heads} heads, {report.LaterHeads} later than the export, "
            + $"{report.Findings.Count} findings");
    }

    private static Dictionary<uint, DateTimeOffset> Revoked(string? path) => path is null
        ? []
        : KeyManifest.Read(File.ReadAllBytes(path)).Of(KeyUsage.Audit)
            .Where(entry => entry.RevokedAt is not null)
            .ToDictionary(entry => entry.Version, entry => entry.RevokedAt!.Value);

    private static Option<int> Whole(string name, string words, int otherwise)
    {
        Option<int> option = new(name)
        {
            Description = words,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000)
                result.AddError($"{name} takes a whole number from 1 to 10000.");
        });
        return option;
    }
}
