using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Enrolment groups: boards of one device CA, so many, until a time, spread over regions by weight.</summary>
internal static class GroupEndpoints
{
    private const string Path = "/groups";
    private const string Json = "application/json";
    private const string Weights = """{"regions": {"hall-1": 3, "hall-2": 1}}""";
    private const string Body =
        """{"name": "spring", "ca_sha256": "…", "level": "secure_element", "regions": {"hall-1": 3}, """
        + """ "max_boards": 100, "open_until": "2030-02-28T00:00:00Z"}""";

    public static void MapGroups(this IEndpointRouteBuilder admin)
    {
        admin.MapPost(Path, CreateAsync).Requires(Scope.Enrol)
            .WithName("createGroup").WithSummary("Make an enrolment group")
            .WithDescription(
                "A board that is enrolled through it must be certified by its device CA, gets its level, and a region "
                + "by its key and the weights. 201: it is new. 200: the very same was there.")
            .WithParameters().Accepts<GroupRequest>(Json)
            .WithExample(Examples.Group).Produces<Group>().Produces<Group>(201)
            .ProducesGateProblems().ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        admin.MapGet(Path, ListAsync).Requires(Scope.Inspect).WithTag()
            .WithName("listGroups").WithSummary("Enrolment groups, in order of name")
            .WithDescription("All of them, closed ones too, and how many boards came through each.")
            .WithParameters().WithExample(new GroupList([Examples.Group])).ProducesGateProblems();
        admin.MapPut(Path + "/{name}/regions", WeighAsync).Requires(Scope.Enrol)
            .WithName("weighGroup").WithSummary("Give an enrolment group other weights")
            .WithDescription("For boards to come. Those that are enrolled stay in their regions.")
            .WithParameters().Accepts<WeightsRequest>(Json)
            .WithExample(Examples.Group)
            .ProducesAdminProblems().ProducesProblem(413).ProducesProblem(415);
        admin.MapPost(Path + "/{name}/closing", CloseAsync).Requires(Scope.Enrol)
            .WithName("closeGroup").WithSummary("Close an enrolment group for ever")
            .WithDescription("No board is enrolled through it any more. Its boards stay enrolled.")
            .WithParameters()
            .WithExample(Examples.Group with { State = GroupState.Closed, ClosedAt = Examples.At })
            .ProducesAdminProblems();
    }

    /// <summary>The code of an outcome's problem.</summary>
    public static ProblemCode CodeOf(GroupOutcome outcome) => outcome == GroupOutcome.FieldInvalid
        ? ProblemCode.InvalidParameter
        : Enum.Parse<ProblemCode>(outcome.ToString()); // they have one name

    private static async Task<Results<Created<Group>, Ok<Group>, ProblemHttpResult>> CreateAsync(
        ApiCaller caller, HttpRequest request, EnrolmentGroups groups, TimeProvider time,
        ILogger<EnrolmentGroups> logger, CancellationToken cancellationToken)
    {
        (byte[] body, ProblemHttpResult? problem) = await ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<GroupRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);
        GroupResult result = await groups.CreateAsync(caller.TenantId, asked, caller.Name, cancellationToken);
        if (result.Group is not { } group)
            return Refuse(result);
        if (result.Outcome == GroupOutcome.Created)
            logger.GroupChanged(group.Name, "made", caller.Name);
        Group answer = Group.Of(group, time.GetUtcNow());
        return result.Outcome == GroupOutcome.Created
            ? TypedResults.Created(AdminEndpoints.Path + Path, answer)
            : TypedResults.Ok(answer);
    }

    private static async Task<Results<Ok<GroupList>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IGroupStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<EnrolmentGroup> groups = await store.ListGroupsAsync(caller.TenantId, cancellationToken);
        return TypedResults.Ok(new GroupList([.. groups.Select(group => Group.Of(group, now))]));
    }

    private static async Task<Results<Ok<Group>, ProblemHttpResult>> WeighAsync(
        string name, ApiCaller caller, HttpRequest request, EnrolmentGroups groups, TimeProvider time,
        ILogger<EnrolmentGroups> logger, CancellationToken cancellationToken)
    {
        (byte[] body, ProblemHttpResult? problem) = await ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<WeightsRequest>(body) is not { } asked)
            return RequestBody.Malformed(Weights);
        GroupResult result = await groups.WeighAsync(
            caller.TenantId, name, asked.Regions, caller.Name, cancellationToken);
        if (result.Outcome != GroupOutcome.Exists)
            return Refuse(result);
        if (result.Group is not { } group)
            return Unknown();
        logger.GroupChanged(group.Name, "weighed", caller.Name);
        return TypedResults.Ok(Group.Of(group, time.GetUtcNow()));
    }

    private static async Task<Results<Ok<Group>, ProblemHttpResult>> CloseAsync(
        string name, ApiCaller caller, HttpRequest request, EnrolmentGroups groups, TimeProvider time,
        ILogger<EnrolmentGroups> logger, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        if (await groups.CloseAsync(caller.TenantId, name, caller.Name, cancellationToken) is not { } group)
            return Unknown();
        logger.GroupChanged(group.Name, "closed", caller.Name);
        return TypedResults.Ok(Group.Of(group, time.GetUtcNow()));
    }

    private static async Task<(byte[] Body, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken) =>
        new QueryReader(request).Problem is { } problem
            ? ([], problem)
            : await RequestBody.ReadAsync(request, cancellationToken);

    private static ProblemHttpResult Refuse(GroupResult result) => result.Field is { } field
        ? Problems.Of(CodeOf(result.Outcome), result.Detail, ("parameter", field))
        : Problems.Of(CodeOf(result.Outcome), result.Detail);

    private static ProblemHttpResult Unknown() =>
        Problems.Of(ProblemCode.GroupUnknown, "There is no enrolment group of this name.");
}
