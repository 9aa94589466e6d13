using System.CommandLine;
using LumenLink.Cli.Beacon;
using LumenLink.Client;

namespace LumenLink.Cli.Find;

/// <summary>
/// lumen find, resolve and watch: what applications see of the service, by the library that they use. Exit status: 0
/// answered; 1 the service refused or is not reached; 2 bad input.
/// </summary>
internal sealed class FindCommands
{
    /// <summary>Where an application's key may lie in the environment; a command line is public.</summary>
    public const string KeyVariable = "LUMENLINK_API_KEY";

    private const string Any = "all";

    private readonly Func<HttpMessageHandler> handler;
    private readonly Func<string, string?> environment;
    private readonly TimeProvider time;

    private readonly Option<string?> service = ServiceClient.AddressOption();
    private readonly Option<bool> json = new("--json") { Description = "a line of JSON each, for programs" };

    private FindCommands(Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        this.handler = handler;
        this.environment = environment;
        this.time = time;
    }

    /// <summary>The commands.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="time">Clock of the waits between tries.</param>
    internal static IEnumerable<Command> Create(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, TimeProvider time)
    {
        FindCommands commands = new(handler, environment, time);
        return [commands.Find(), commands.Resolve(), commands.Watch()];
    }

    private Command Find()
    {
        Option<string?> region = new("--region") { Description = "only this region", HelpName = "REGION" };
        Option<string> status = new("--status")
        {
            Description = $"only this status; {Any} for every one",
            DefaultValueFactory = _ => FindText.Word(BeaconStatus.Live),
        };
        status.AcceptOnlyFromAmong([.. FindText.Words<BeaconStatus>(), Any]);
        Option<string?> level = new("--level") { Description = "only this security level" };
        level.AcceptOnlyFromAmong([.. FindText.Words<SecurityLevel>()]);
        Option<string?> near = new("--near")
        {
            Description = "only near this place, degrees north and east",
            HelpName = "LATITUDE,LONGITUDE",
        };
        Option<int?> within = new("--within") { Description = "how near, in metres", HelpName = "METRES" };
        return Of(
            new Command("find", "Find beacons: live ones, or others by a filter.")
            {
                region, status, level, near, within, service, json,
            },
            async (parsed, client, cancellationToken) =>
            {
                string wanted = parsed.GetValue(status)!;
                BeaconFilter filter = new()
                {
                    Region = parsed.GetValue(region),
                    AnyStatus = wanted == Any,
                    Status = wanted == Any ? null : FindText.Parse<BeaconStatus>(wanted),
                    SecurityLevel = parsed.GetValue(level) is { } word ? FindText.Parse<SecurityLevel>(word) : null,
                    Near = parsed.GetValue(near) is { } place ? FindText.Place(place) : null,
                    WithinMetres = parsed.GetValue(within),
                };
                List<LumenLink.Client.Beacon> beacons = [];
                await foreach (LumenLink.Client.Beacon beacon in client.FindAsync(filter, cancellationToken))
                {
                    if (parsed.GetValue(json))
                        await parsed.InvocationConfiguration.Output.WriteLineAsync(FindText.Json(beacon));
                    else
                        beacons.Add(beacon);
                }

                if (!parsed.GetValue(json))
                    FindText.Write(parsed.InvocationConfiguration.Output, beacons);
            });
    }

    private Command Resolve()
    {
        Argument<string[]> eids = new("eids")
        {
            Description = "identifiers as they were heard, 16 hexadecimal digits each",
            HelpName = "EID",
            Arity = ArgumentArity.OneOrMore,
        };
        return Of(
            new Command("resolve", "Ask which beacons advertised these identifiers.") { eids, service, json },
            async (parsed, client, cancellationToken) =>
            {
                Eid[] asked = [.. parsed.GetValue(eids)!.Select(text => Eid.TryParse(text, out Eid eid)
                    ? eid
                    : throw new BeaconException("An EID has 16 hexadecimal digits.", isInput: true))];
                IReadOnlyList<ResolvedEid> answers = await client.ResolveAsync(asked, cancellationToken);
                TextWriter output = parsed.InvocationConfiguration.Output;
                if (!parsed.GetValue(json))
                    FindText.Write(output, answers);
                else
                    answers.Select(FindText.Json).ToList().ForEach(output.WriteLine);
            });
    }

    private Command Watch()
    {
        Option<int?> count = new("--count") { Description = "end after so many events", HelpName = "N" };
        Option<string?> after = new("--after") { Description = "go on behind the event of this id", HelpName = "ID" };
        return Of(
            new Command("watch", "Tell what happens as it happens, until Ctrl-C or --count.")
            {
                count, after, service, json,
            },
            async (parsed, client, cancellationToken) =>
            {
                if (parsed.GetValue(count) < 1)
                    throw new BeaconException("--count takes a number from 1 on.", isInput: true);
                int told = 0;
                await foreach (BeaconEvent one in client.WatchAsync(parsed.GetValue(after), cancellationToken))
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(
                        parsed.GetValue(json) ? FindText.Json(one) : FindText.Line(one));
                    if (++told == parsed.GetValue(count))
                        return;
                }
            });
    }

    private Command Of(Command command, Func<ParseResult, LumenLinkClient, CancellationToken, Task> run)
    {
        command.Description += $" A key is taken from ${KeyVariable}.";
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using HttpClient http = new(handler())
                {
                    BaseAddress = ServiceClient.Address(parsed.GetValue(service), environment),
                    Timeout = Timeout.InfiniteTimeSpan,
                };
                using LumenLinkClient client = Client(http);
                await run(parsed, client, cancellationToken);
                return ExitStatus.Done;
            }
            catch (LumenLinkException problem)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("error: " + problem.Message);
                return ExitStatus.Failed;
            }
            catch (BeaconException problem)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("error: " + problem.Message);
                return ExitStatus.Misused;
            }
        });
        return command;
    }

    private LumenLinkClient Client(HttpClient http)
    {
        try
        {
            return new LumenLinkClient(http, new LumenLinkClientOptions
            {
                ApiKey = environment(KeyVariable) is { Length: > 0 } key ? key : null,
                Time = time,
            });
        }
        catch (ArgumentException problem)
        {
            throw new BeaconException(problem.Message, isInput: true);
        }
    }
}
