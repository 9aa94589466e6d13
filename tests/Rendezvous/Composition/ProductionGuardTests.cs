using System.Net;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Composition;

/// <summary>The guard by itself: each problem alone, and all of them at once.</summary>
public sealed class ProductionGuardTests
{
    private const string Secret = "hunter2hunter2hunter2hunter2";

    private static readonly Dictionary<string, string> Sound = new()
    {
        ["LUMENLINK_ENV"] = "production",
        ["DATABASE_URL"] = $"postgres://u:{Secret}@db/x",
        ["REDIS_URL"] = $"rediss://:{Secret}@redis",
        ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(new byte[32]),
        ["LUMENLINK_AUDIENCE"] = "lumenlink.org",
        ["LUMENLINK_METRICS_TOKEN"] = Secret,
        ["LUMENLINK_METRICS_ADDRESS"] = "0.0.0.0",
        ["LUMENLINK_MQTT_CERTIFICATE"] = "/etc/lumenlink/mqtt.crt",
        ["LUMENLINK_MQTT_KEY"] = "/etc/lumenlink/mqtt.key",
        ["LUMENLINK_CORS_ORIGINS"] = "https://lumenlink.org, https://maps.example",
    };

    private sealed record Fault(
        string Name, Action<Dictionary<string, string>> Spoil, Func<ProductionFacts, ProductionFacts> Read,
        params string[] Words);

    private static readonly Fault[] Faults =
    [
        Variable("no database", "DATABASE_URL", null, "needs DATABASE_URL"),
        Variable("no Redis", "REDIS_URL", null, "needs REDIS_URL"),
        Variable("no master key", "LUMENLINK_MASTER_KEY", null, "needs LUMENLINK_MASTER_KEY"),
        Variable("audience of development", "LUMENLINK_AUDIENCE", null, "LUMENLINK_AUDIENCE"),
        Variable("wildcard CORS", "LUMENLINK_CORS_ORIGINS", "*", "LUMENLINK_CORS_ORIGINS", "wildcard"),
        Variable("public metrics", "LUMENLINK_METRICS_TOKEN", null, "LUMENLINK_METRICS_TOKEN"),
        Variable("traces in the clear", "LUMENLINK_TRACE_URL", "http://collector.example:4318",
            "LUMENLINK_TRACE_URL is without TLS"),
        new("broker without TLS", Without("LUMENLINK_MQTT_CERTIFICATE", "LUMENLINK_MQTT_KEY"), facts => facts,
            "needs TLS", "LUMENLINK_MQTT_CERTIFICATE"),
        Variable("attestation bypass", "LUMENLINK_ATTESTATION", "off", "LUMENLINK_ATTESTATION ", "switched off"),
        Variable("bypass by another name", "LUMENLINK_SKIP_ATTEST", "1", "LUMENLINK_SKIP_ATTEST ", "switched off"),
        Variable("ephemeral signing key", "LUMENLINK_EPHEMERAL_SIGNING_KEY", "1", "LUMENLINK_EPHEMERAL_SIGNING_KEY",
            "never made"),
        Variable("signing key in the environment", "LUMENLINK_SIGNING_KEY", Secret, "LUMENLINK_SIGNING_KEY",
            "operator folder only"),
        Variable("software levels", "LUMENLINK_ALLOW_SOFTWARE", "1", "LUMENLINK_ALLOW_SOFTWARE", "secure element"),
        Variable("another address of the web server", "Kestrel__Endpoints__Public__Url", "http://0.0.0.0:80",
            "Kestrel__Endpoints__Public__Url", "LUMENLINK_ settings"),
        Variable("a typo", "LUMENLINK_MIN_POLICY_VERSON", "4", "LUMENLINK_MIN_POLICY_VERSON", "correct its name"),
        Read("signing key of nobody", facts => facts with { HasRootKey = false }, "operator/root.pub"),
        Read("software in the policy", facts => facts with { WeakLevels = [SecurityLevel.Software] },
            "policy.json", "level software"),
        Read("emulated chips in the policy", facts => facts with { WeakLevels = [SecurityLevel.EmulatedChip] },
            "policy.json", "level emulated_chip"),
        Read("fsync off", Off("fsync"), "fsync off"),
        Read("synchronous_commit off", Off("synchronous_commit"), "synchronous_commit off"),
        Read("full_page_writes off", Off("full_page_writes"), "full_page_writes off"),
        Read("database silent", facts => facts with { Durability = new DatabaseDurability(false, []) },
            "does not say whether commits last"),
    ];

    public static TheoryData<string> FaultNames => [.. Faults.Select(fault => fault.Name)];

    [Fact]
    public void A_sound_deployment_has_no_problem() => Assert.Empty(Problems());

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_problem_alone_is_named_alone(string name)
    {
        Fault fault = Faults.Single(fault => fault.Name == name);
        string problem = Assert.Single(Problems(fault));
        Assert.All(fault.Words, word => Assert.Contains(word, problem, StringComparison.Ordinal));
    }

    [Fact]
    public void All_at_once_every_one_is_named_and_no_value_is()
    {
        // What the database says of each setting, and that it says nothing, cannot both be.
        Fault[] together =
            [.. Faults.Where(fault => fault.Read(Facts(Sound)).Durability is { Off.Count: 0, IsKnown: true })];
        IReadOnlyList<string> problems = Problems(
            [.. together, Read("all off", Off("fsync", "synchronous_commit", "full_page_writes"))]);
        Assert.All(
            together.Where(fault => !fault.Name.Contains("policy", StringComparison.Ordinal)),
            fault => Assert.Contains(
                problems, problem => fault.Words.All(word => problem.Contains(word, StringComparison.Ordinal))));
        Assert.Equal(3, problems.Count(problem => problem.Contains(" off: commits", StringComparison.Ordinal)));
        Assert.DoesNotContain(problems, problem => problem.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://*.lumenlink.org", "wildcard")]
    [InlineData("https://lumenlink.org,null", "wildcard")]
    [InlineData("http://lumenlink.org", "without https")]
    public void An_origin_that_is_too_wide_is_refused(string origins, string word)
    {
        Dictionary<string, string> variables = new(Sound) { ["LUMENLINK_CORS_ORIGINS"] = origins };
        Assert.Contains(word, Assert.Single(ProductionGuard.Check(Facts(variables))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Metrics_on_loopback_need_no_token(string address)
    {
        Dictionary<string, string> variables = new(Sound) { ["LUMENLINK_METRICS_ADDRESS"] = address };
        variables.Remove("LUMENLINK_METRICS_TOKEN");
        Assert.Empty(ProductionGuard.Check(Facts(variables)));
    }

    [Theory]
    [InlineData("mqtts://u:p@broker.example", true)]
    [InlineData("mqtt://u:p@127.0.0.1:1883", true)]
    [InlineData("mqtt://u:p@broker.example", false)]
    public void A_broker_beside_the_service_is_reached_over_TLS_or_on_this_machine(string url, bool isSound)
    {
        Dictionary<string, string> variables = new(Sound) { ["LUMENLINK_BROKER_URL"] = url };
        variables.Remove("LUMENLINK_MQTT_CERTIFICATE");
        variables.Remove("LUMENLINK_MQTT_KEY");
        IReadOnlyList<string> problems = ProductionGuard.Check(Facts(variables));
        if (isSound)
            Assert.Empty(problems);
        else
            Assert.Contains("LUMENLINK_BROKER_URL", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Problems(params Fault[] faults)
    {
        Dictionary<string, string> variables = new(Sound);
        foreach (Fault fault in faults)
            fault.Spoil(variables);
        return ProductionGuard.Check(faults.Aggregate(Facts(variables), (facts, fault) => fault.Read(facts)));
    }

    private static ProductionFacts Facts(Dictionary<string, string> variables)
    {
        RendezvousSettings.Parse(["serve"], variables, out RendezvousSettings settings);
        return new ProductionFacts(settings, true, [], new DatabaseDurability(true, []));
    }

    private static Fault Variable(string name, string variable, string? value, params string[] words) => new(
        name,
        variables =>
        {
            variables.Remove(variable);
            if (value is not null)
                variables[variable] = value;
        },
        facts => facts, words);

    private static Action<Dictionary<string, string>> Without(params string[] names) => variables =>
    {
        foreach (string name in names)
            variables.Remove(name);
    };

    private static Fault Read(string name, Func<ProductionFacts, ProductionFacts> read, params string[] words) =>
        new(name, _ => { }, read, words);

    private static Func<ProductionFacts, ProductionFacts> Off(params string[] settings) =>
        facts => facts with { Durability = new DatabaseDurability(true, settings) };
}
