using System.CommandLine;
using System.Text.Json;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Find;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Trace;

/// <summary>
/// lumen trace: follows one sighting or record from the radio to the answer of the API. Exit status: 0 followed; 1 the
/// service has no such, refused or is not reached; 2 bad input.
/// </summary>
internal static class TraceCommand
{
    /// <summary>Follows the newest sighting.</summary>
    private const string Latest = "latest";

    private const string Forms = "ID is the id of a sighting, a record's beacon:boot:sequence, or latest.";

    /// <summary>The command.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    internal static Command Create(Func<HttpMessageHandler> handler, Func<string, string?> environment)
    {
        Argument<string> id = new("id")
        {
            Description = "a sighting's id, as GET /api/v1/sightings shows it; a record, beacon:boot:sequence; or "
                + $"{Latest}: the newest sighting",
            HelpName = "ID",
        };
        Option<string?> beacon = new("--beacon")
        {
            Description = $"with {Latest}: the newest one of this beacon",
            HelpName = "ID",
        };
        Option<string?> service = ServiceClient.AddressOption();
        Option<bool> json = new("--json") { Description = "print the service's answer as it is" };
        Command command = new(
            "trace",
            "Follow one sighting or record: radio window, bytes, session, decision, receipt, rows, answer of the API, "
                + $"with its times. A key is taken from ${FindCommands.KeyVariable}, else from "
                + $"${ServiceClient.TokenVariable}.")
        {
            id, beacon, service, json,
        };
        command.SetAction(async parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                string asked = parsed.GetValue(id)!;
                Check(asked, parsed.GetValue(beacon));
                using ServiceClient client = new(
                    handler(), parsed.GetValue(service), "",
                    name => name == ServiceClient.TokenVariable
                        && environment(FindCommands.KeyVariable) is { Length: > 0 } key ? key : environment(name));
                string which =
                    asked == Latest ? await LatestAsync(client, parsed.GetValue(beacon)) : Uri.EscapeDataString(asked);
                JsonElement journey = await client.GetPublicAsync("trace/" + which);
                await console.Output.WriteAsync(
                    parsed.GetValue(json) ? journey.GetRawText() + "\n" : TraceText.Of(journey));
                return ExitStatus.Done;
            }
            catch (BeaconException problem)
            {
                await console.Error.WriteLineAsync("error: " + problem.Message);
                if (problem is { IsInput: false, Code: null })
                {
                    await console.Error.WriteLineAsync(
                        "Start a service and simulated beacons with 'lumen up', or name a service with --service URL.");
                }

                return problem.IsInput ? ExitStatus.Misused : ExitStatus.Failed;
            }
        });
        return command;
    }

    /// <summary>Nothing that would name another call goes into the path.</summary>
    private static void Check(string asked, string? beacon)
    {
        if (asked.Length == 0 || !asked.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '-' or '_'))
            throw new BeaconException(Forms, isInput: true);
        if (beacon is not null && asked != Latest)
            throw new BeaconException($"--beacon goes with {Latest} only.", isInput: true);
        if (beacon is not null && !BeaconId.TryParse(beacon, out _))
        {
            throw new BeaconException(
                $"--beacon takes a beacon id of {BeaconId.TextLength} characters.", isInput: true);
        }
    }

    private static async Task<string> LatestAsync(ServiceClient client, string? beacon)
    {
        JsonElement page = await client.GetPublicAsync(
            "sightings?limit=1" + (beacon is null ? "" : "&beacon=" + beacon));
        foreach (JsonElement sighting in page.GetProperty("items").EnumerateArray())
            return sighting.GetProperty("id").GetString()!;
        throw new BeaconException(
            "No sighting is stored yet: beacons report about once a minute. Wait, or see 'lumen find --status all'.",
            isInput: false, "none_stored");
    }
}
