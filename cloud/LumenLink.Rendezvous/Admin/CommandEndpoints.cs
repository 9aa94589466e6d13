using System.Globalization;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Commands for one beacon, and the diagnostics that one of them asks for.</summary>
internal static class CommandEndpoints
{
    /// <summary>What to do when too many wait.</summary>
    public static readonly string TooMany =
        $"{ControlPolicy.PendingCommands} commands wait for the beacon: the next when one is acknowledged or expires.";

    private const string Body = """{"command": "identify", "argument": 30, "expires_in_s": 3600}""";

    private static readonly int MaxExpiry = (int)ControlPolicy.LongestExpiry.TotalSeconds;

    private static readonly Dictionary<string, BeaconCommand> Names = Enum.GetValues<BeaconCommand>()
        .ToDictionary(command => JsonNamingPolicy.SnakeCaseLower.ConvertName(command.ToString()));

    public static void MapCommands(this IEndpointRouteBuilder beacon)
    {
        beacon.MapPost("/commands", AddAsync).Requires(Scope.Command)
            .WithName("commandBeacon").WithSummary("Ask a beacon to do something once")
            .WithDescription(
                "Commands: " + string.Join(", ", Names.Keys) + ". The command is sent as soon as the beacon can be "
                + "reached, one at a time and in order, again until it is acknowledged, and never after it expired. "
                + "A beacon carries a command out at most once.")
            .WithParameters().Accepts<CommandRequest>("application/json")
            .WithExample(Examples.Command).Produces<Command>(202)
            .ProducesAdminProblems().ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        beacon.MapGet("/commands", ListAsync).Requires(Scope.Inspect).WithTag()
            .WithName("listCommands").WithSummary("Commands of a beacon, newest first")
            .WithDescription("What was asked for, by whom, how often it was sent, and what the beacon said.")
            .WithParameters(QueryParameters.Limit, QueryParameters.CommandCursor)
            .WithExample(new Page<Command>([Examples.Command], "17"))
            .ProducesAdminProblems();
        beacon.MapGet("/commands/{number}", GetAsync).Requires(Scope.Inspect).WithTag()
            .WithName("getCommand").WithSummary("One command of a beacon")
            .WithDescription("Where a command's Location points: ask again until its state is acknowledged or expired.")
            .WithParameters()
            .WithExample(Examples.Command)
            .ProducesAdminProblems();
        beacon.MapGet("/diagnostics", DiagnosticsAsync).Requires(Scope.Inspect).WithTag()
            .WithName("listDiagnostics").WithSummary("What a beacon told of itself on command")
            .WithDescription(
                "The newest ones, as lines for people. Names and values are the firmware's own and no contract.")
            .WithParameters()
            .WithExample(new DiagnosticsList([Examples.Diagnostics]))
            .ProducesAdminProblems();
    }

    private static async Task<Results<Accepted<Command>, ProblemHttpResult>> AddAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, ControlRequests control, TimeProvider time,
        CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), store, cancellationToken);
        if (beacon is null)
            return problem!;
        (byte[] body, problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<CommandRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);
        if (Check(asked) is { } wrong)
            return wrong;

        (ControlRequestOutcome outcome, CommandView? added) = await control.CommandAsync(
            caller.TenantId, beacon.Id, Names[asked.Command], (ushort)(asked.Argument ?? 0),
            asked.ExpiresInS is { } seconds ? TimeSpan.FromSeconds(seconds) : ControlPolicy.DefaultExpiry,
            caller.Name, cancellationToken);
        return added is null
            ? AdminEndpoints.Refuse(outcome)
            : TypedResults.Accepted(
                $"{AdminEndpoints.BeaconPath}/{beacon.Id}/commands/{added.Id}", Command.Of(added, time.GetUtcNow()));
    }

    private static ProblemHttpResult? Check(CommandRequest asked)
    {
        if (!Names.TryGetValue(asked.Command, out BeaconCommand command))
            return Wrong("command", "must be one of " + string.Join(", ", Names.Keys));
        int most = command == BeaconCommand.Identify ? ControlPolicy.MaxIdentifySeconds : 0;
        if (asked.Argument < 0 || asked.Argument > most)
            return Wrong("argument", most == 0 ? "must be left out, or 0" : $"must be a whole number from 0 to {most}");
        return asked.ExpiresInS < 1 || asked.ExpiresInS > MaxExpiry
            ? Wrong("expires_in_s", $"must be a whole number from 1 to {MaxExpiry}")
            : null;
    }

    private static ProblemHttpResult Wrong(string member, string sentence) => Problems.Of(
        ProblemCode.InvalidParameter, $"{member} {sentence}.", ("parameter", member));

    private static async Task<Results<Ok<Page<Command>>, ProblemHttpResult>> ListAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        long? before = query.Row(QueryParameters.CommandCursor);
        if (before > uint.MaxValue)
            query.Refuse(QueryParameters.CommandCursor, "must be the next_cursor of a page of this call");
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, query, store, cancellationToken);
        if (beacon is null)
            return problem!;
        IReadOnlyList<CommandView> found = await store.ListCommandsAsync(
            caller.TenantId, beacon.Id, (uint?)before, limit + 1, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        string? cursor = found.Count <= limit ? null : found[limit - 1].Id.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(
            new Page<Command>([.. found.Take(limit).Select(view => Command.Of(view, now))], cursor));
    }

    private static async Task<Results<Ok<Command>, ProblemHttpResult>> GetAsync(
        string id, string number, ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), store, cancellationToken);
        if (beacon is null)
            return problem!;
        CommandView? found =
            uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uint commandId)
                ? await store.GetCommandAsync(caller.TenantId, beacon.Id, commandId, cancellationToken)
                : null;
        return found is null
            ? Problems.Of(ProblemCode.CommandUnknown, "The beacon has no command of this number.")
            : TypedResults.Ok(Command.Of(found, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<DiagnosticsList>, ProblemHttpResult>> DiagnosticsAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), store, cancellationToken);
        if (beacon is null)
            return problem!;
        IReadOnlyList<DiagnosticsView> found =
            await store.ListDiagnosticsAsync(caller.TenantId, beacon.Id, cancellationToken);
        return TypedResults.Ok(new DiagnosticsList([.. found.Select(Diagnostics.Of)]));
    }
}
