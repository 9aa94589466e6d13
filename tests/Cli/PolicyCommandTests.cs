using System.Net;
using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Tests.Cli;

/// <summary>lumen policy test against Evidence on record.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private const string First = "AQIDBAUGBwg";
    private const string Second = "CAcGBQQDAgE";

    private const int Model = (int)HardwareModel.Esp32S3;

    private static readonly byte[] Frame = Convert.FromHexString(GoldenVectors.Named("evidence.json", "ok").Hex);

    private readonly ReleaseRun run = new();

    public PolicyCommandTests() => Directory.CreateDirectory(run.Operator);

    public void Dispose() => run.Dispose();

    [Fact]
    public void Who_would_be_refused_is_named_with_the_reason()
    {
        Record(Evidence(First, "accepted"), Evidence(Second, "accepted", level: "software"));
        AuthorityResult result = Test(
            """{"version":4,"levels":{"development":["secure_element"]}}""", "--evidence", run.In("evidence"));
        Assert.Equal(1, result.Status);
        Assert.Equal(
            "policy 4, development, 2 beacons\n1 would be refused that are accepted\n"
            + $"  {Second} LevelNotAllowed: Level Software is not allowed in Development.\n"
            + "0 would be accepted that the policy refused\n1 stay as they are\n",
            result.Output);
    }

    [Fact]
    public void Who_would_be_accepted_is_named_too_and_nobody_lost_is_good()
    {
        Record(Evidence(First, "version_too_old"), Evidence(Second, "boot_not_rising"));
        AuthorityResult result = Test("""{"version":5}""", "--evidence", run.In("evidence")).IsDone();
        Assert.Contains(
            $"1 would be accepted that the policy refused\n  {First} VersionTooOld until now\n1 stay", result.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Each_thing_that_a_policy_says_is_tried()
    {
        Record(Evidence(First, "accepted"));
        string zeros = new('0', 64);
        Dictionary<string, string> policies = new()
        {
            [$$"""{"version":1,"measurements":["{{zeros}}"]}"""] = "MeasurementUnknown",
            [$$$"""{"version":1,"minimum_firmware":{"{{{Model}}}":"99.0"}}"""] = "VersionTooOld",
            ["""{"version":1,"levels":{"development":["software"]}}"""] = "LevelNotAllowed",
        };
        Assert.All(policies, policy =>
        {
            AuthorityResult result = Test(policy.Key, "--evidence", run.In("evidence"));
            Assert.Equal(1, result.Status);
            Assert.Contains($"  {First} {policy.Value}: ", result.Output, StringComparison.Ordinal);
        });
        Record(Evidence(First, "accepted", model: Model + 1));
        Assert.Contains(
            "HardwareMismatch",
            Test("""{"version":1}""", "--evidence", run.In("evidence")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_services_evidence_is_read_in_pages_and_may_be_saved()
    {
        run.Answers.Enqueue((HttpStatusCode.OK, Page(First, Evidence(First, "accepted"))));
        run.Answers.Enqueue((HttpStatusCode.OK, Page(null, Evidence(Second, "accepted"))));
        AuthorityResult asked = Test("""{"version":1}""", "--save", run.In("evidence"));
        Assert.Equal((0, "1 beacons read\n2 beacons read\n"), (asked.Status, asked.Error));
        Assert.Equal(
            [
                "GET http://127.0.0.1:8080/api/v1/admin/evidence?limit=500",
                $"GET http://127.0.0.1:8080/api/v1/admin/evidence?limit=500&cursor={First}",
            ],
            run.Calls);
        Assert.Equal(asked.Output, Test("""{"version":1}""", "--evidence", run.In("evidence")).IsDone().Output);
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        Record("{}");
        Test("""{"version":0}""", "--evidence", run.In("evidence")).IsRefusedWith(2, "policy.json: version must be");
        Test("""{"version":1}""", "--evidence", run.In("evidence")).IsRefusedWith(2, "line 1 is not Evidence");
        Test("""{"version":1}""", "--evidence", run.In("none")).IsRefusedWith(2, "none");
        Test("""{"version":1}""", "--environment", "staging").IsRefusedWith(2, "\"staging\" is neither");
        Test("""{"version":1}""").IsRefusedWith(3, "cannot be reached");
        run.Answers.Enqueue((
            HttpStatusCode.Unauthorized, """{"code":"admin_token_required","detail":"Give the admin token."}"""));
        Test("""{"version":1}""").IsRefusedWith(3, "Give the admin token. (admin_token_required)");
    }

    private AuthorityResult Test(string policy, params string[] more)
    {
        File.WriteAllText(run.Policy, policy);
        return run.Run(["policy", "test", "--operator", run.Operator, .. more]);
    }

    private void Record(params string[] lines) => File.WriteAllLines(run.In("evidence"), lines);

    private static string Page(string? next, params string[] items) =>
        $$"""{"items":[{{string.Join(',', items)}}],"next_cursor":{{JsonSerializer.Serialize(next)}}}""";

    private static string Evidence(string beacon, string outcome, string level = "secure_element", int model = Model) =>
        JsonSerializer.Serialize(new
        {
            beacon,
            at = "2030-01-31T08:00:00+00:00",
            outcome,
            security_level = level,
            hardware_model = model,
            frame = Frame,
        });
}
