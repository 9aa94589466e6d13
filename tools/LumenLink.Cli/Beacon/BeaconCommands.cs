using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Beacon;

/// <summary>
/// lumen beacon: asks the service to command and configure a beacon, and shows what became of it. Exit status: 0 it is
/// asked, or done with --wait; 1 service or beacon refused, or the service is not reached; 2 bad input.
/// </summary>
internal sealed class BeaconCommands
{
    private const int Done = ExitStatus.Done;
    private const int Refused = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private static readonly string[] Names = ["identify", "rescan", "reattest", "reboot", "send_diagnostics"];
    private static readonly string[] PendingStates = ["waiting", "sent", "on_trial"];
    private static readonly string[] GoodOutcomes = ["done"];

    private readonly Func<HttpMessageHandler> handler;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;

    private readonly Argument<string> id = new("id") { Description = "beacon id, 11 characters", HelpName = "ID" };
    private readonly Option<string?> service = ServiceClient.AddressOption();

    private readonly Option<bool> json = new("--json") { Description = "print the service's answer as it is" };
    private readonly Option<bool> wait = new("--wait") { Description = "wait until its end is known" };

    private BeaconCommands(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        this.handler = handler;
        this.environment = environment;
        this.time = time;
    }

    /// <summary>The command and its own commands.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="time">Clock of the waits.</param>
    internal static Command Create(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        BeaconCommands commands = new(handler, environment, time);
        return new Command(
            "beacon",
            $"Command and configure a beacon through the service. The admin token is taken from "
            + $"${ServiceClient.TokenVariable}. Exit status: 0 asked, or done with --wait, 1 refused, 2 bad input.")
        {
            commands.CommandOne(), commands.Configure(), commands.Place(), commands.Revoke(),
            commands.Show("configuration", "Show its configurations.", "configuration", ControlText.Configurations),
            commands.Show("commands", "Show its commands, newest first.", "commands", ControlText.Commands),
            commands.Show(
                "diagnostics", "Show what it told of itself on command.", "diagnostics", ControlText.Diagnostics),
        };
    }

    private Command CommandOne()
    {
        Argument<string> name = new("name") { Description = string.Join(", ", Names), HelpName = "COMMAND" };
        Option<int?> argument = new("--argument")
        {
            Description = "for identify: seconds, at most 600",
            HelpName = "N",
        };
        Option<int?> expires = new("--expires-in")
        {
            Description = "seconds after which it is not carried out any more; else an hour",
            HelpName = "SECONDS",
        };
        return Of(
            new Command("command", "Ask a beacon to do something once.")
            {
                id, name, argument, expires, wait, service, json,
            },
            async (parsed, client) =>
            {
                string asked = parsed.GetValue(name)!.Replace('-', '_');
                if (!Names.Contains(asked))
                    throw new BeaconException("The command is one of: " + string.Join(", ", Names) + ".", true);
                JsonElement command = await client.PostAsync("commands", new
                {
                    command = asked,
                    argument = parsed.GetValue(argument),
                    expires_in_s = parsed.GetValue(expires),
                });
                string call = $"commands/{command.GetProperty("id")}";
                return await EndAsync(parsed, command, () => client.GetAsync(call), ControlText.Command);
            });
    }

    private Command Configure()
    {
        Argument<string[]> settings = new("settings")
        {
            Description = "key=value; keys that are left out are as the beacon was deployed",
            HelpName = "KEY=VALUE",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> file = new("--file")
        {
            Description = "file of such lines, before the others",
            HelpName = "FILE",
        };
        Option<bool> reset = new("--reset") { Description = "no settings: all are as the beacon was deployed" };
        return Of(
            new Command("configure", "Give a beacon a signed configuration in place of every earlier one.")
            {
                id, settings, file, reset, wait, service, json,
            },
            async (parsed, client) =>
            {
                string lines = Lines(parsed.GetValue(file), parsed.GetValue(settings) ?? []);
                if ((lines.Length == 0) != parsed.GetValue(reset))
                    throw new BeaconException("Give settings, or a file of them, or --reset alone.", isInput: true);
                JsonElement added = await client.PutAsync("configuration", lines);
                long version = added.GetProperty("version").GetInt64();
                return await EndAsync(
                    parsed, added, async () => Version(await client.GetAsync("configuration"), version),
                    ControlText.Configuration);
            });
    }

    private Command Place()
    {
        Option<string?> name = new("--name") { Description = "name for people", HelpName = "NAME" };
        Option<string?> region = new("--region") { Description = "region label; empty is none", HelpName = "REGION" };
        Option<string?> at = LocationText.Option("where it is");
        Option<bool> nowhere = new("--nowhere") { Description = "nobody knows where it is" };
        return Of(
            new Command("place", "Say what a beacon is called and where it is. What is left out stays.")
            {
                id, name, region, at, nowhere, service, json,
            },
            async (parsed, client) =>
            {
                string? place = parsed.GetValue(at);
                if (place is not null && parsed.GetValue(nowhere))
                    throw new BeaconException("Give --at or --nowhere, not both.", isInput: true);
                JsonObject change = [];
                if (parsed.GetValue(name) is { } called)
                    change["name"] = called;
                if (parsed.GetValue(region) is { } label)
                    change["region"] = label;
                if (place is not null || parsed.GetValue(nowhere))
                    change["location"] = place is null ? null : LocationText.Json(LocationText.Read(place));
                if (change.Count == 0)
                    throw new BeaconException("Give --name, --region, --at or --nowhere.", isInput: true);
                JsonElement there = (await client.GetPublicAsync($"beacons/{parsed.GetValue(id)}"))
                    .GetProperty("beacon");
                foreach (string member in (string[])["name", "region", "location"])
                {
                    if (!change.ContainsKey(member))
                        change[member] = JsonNode.Parse(there.GetProperty(member).GetRawText());
                }

                JsonElement beacon = await client.PutAsync("place", (object)change);
                parsed.InvocationConfiguration.Output.WriteLine(
                    parsed.GetValue(json) ? beacon.GetRawText() : ControlText.Placed(beacon));
                return Done;
            });
    }

    private Command Revoke()
    {
        Option<bool> yes = new("--yes") { Description = "it cannot be taken back; without this nothing is done" };
        return Of(
            new Command("revoke", "Revoke a beacon for ever: nothing of it is stored any more.")
            {
                id, yes, service, json,
            },
            async (parsed, client) =>
            {
                if (!parsed.GetValue(yes))
                {
                    throw new BeaconException(
                        "A revoked board needs a new key and a new enrolment. Add --yes if that is meant.",
                        isInput: true);
                }

                JsonElement beacon = await client.PostAsync("revocation", new { });
                parsed.InvocationConfiguration.Output.WriteLine(
                    parsed.GetValue(json) ? beacon.GetRawText() : ControlText.Revoked(beacon));
                return Done;
            });
    }

    private Command Show(string name, string words, string call, Func<JsonElement, IEnumerable<string>> lines) => Of(
        new Command(name, words) { id, service, json },
        async (parsed, client) =>
        {
            JsonElement answer = await client.GetAsync(call);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(answer.GetRawText());
            else
                lines(answer).ToList().ForEach(output.WriteLine);
            return Done;
        });

    private Command Of(Command command, Func<ParseResult, ServiceClient, Task<int>> run)
    {
        command.SetAction(async parsed =>
        {
            try
            {
                if (!BeaconId.TryParse(parsed.GetValue(id), out BeaconId beacon))
                    throw new BeaconException($"A beacon id has {BeaconId.TextLength} characters.", isInput: true);
                using ServiceClient client =
                    new(handler(), parsed.GetValue(service), $"beacons/{beacon}/", environment);
                return await run(parsed, client);
            }
            catch (BeaconException problem)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("error: " + problem.Message);
                return problem.IsInput ? BadInput : Refused;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("error: " + problem.Message);
                return BadInput;
            }
        });
        return command;
    }

    /// <summary>Says how it stands; with --wait each change, until its end.</summary>
    private async Task<int> EndAsync(
        ParseResult parsed, JsonElement asked, Func<Task<JsonElement>> again, Func<JsonElement, string> line)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        using PeriodicTimer ticks = new(AskEvery, time);
        JsonElement now = asked;
        string said = "";
        while (true)
        {
            string state = ControlText.Text(now, "state");
            if (!parsed.GetValue(json) && state != said)
                output.WriteLine(line(now));
            said = state;
            bool isOver = !PendingStates.Contains(state);
            if (isOver || !parsed.GetValue(wait))
            {
                if (parsed.GetValue(json))
                    output.WriteLine(now.GetRawText());
                return !isOver || GoodOutcomes.Contains(now.GetProperty("outcome").GetString()) ? Done : Refused;
            }

            await ticks.WaitForNextTickAsync();
            now = await again();
        }
    }

    private static JsonElement Version(JsonElement told, long version) => told.GetProperty("history").EnumerateArray()
        .First(configuration => configuration.GetProperty("version").GetInt64() == version);

    private static string Lines(string? file, string[] settings)
    {
        string text = file is null ? "" : File.ReadAllText(file);
        string separator = text.Length == 0 || text.EndsWith('\n') ? "" : "\n";
        return text + separator + string.Concat(settings.Select(setting => setting + "\n"));
    }
}
