using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Tests.Rendezvous.Configuration;

public sealed class RendezvousSettingsTests
{
    private static readonly string GoodKey = Convert.ToBase64String(new byte[32]);

    [Fact]
    public void Arguments_win_over_the_environment_and_defaults_fill_the_rest()
    {
        IReadOnlyList<string> problems = Parse(
            "serve --data /run/x --mqtt-port 1999", out RendezvousSettings settings,
            ("LUMENLINK_DATA", "/else"), ("LUMENLINK_HTTP_PORT", "8081"));
        Assert.Empty(problems);
        Assert.Equal(
            (ServiceCommand.Serve, "/run/x", 8081, 1999, 9464, "lumenlink-dev", ServiceEnvironment.Development),
            (settings.Command, settings.DataFolder, settings.HttpPort, settings.MqttPort, settings.MetricsPort,
                settings.Audience, settings.Environment));
    }

    [Fact]
    public void The_enrol_command_takes_a_folder()
    {
        Assert.Empty(Parse("enrol /some/where --data /run/x", out RendezvousSettings settings));
        Assert.Equal((ServiceCommand.Enrol, "/some/where"), (settings.Command, settings.EnrolmentFolder));
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        IReadOnlyList<string> problems = Parse(
            "fly --http-port many --mqtt-port 70000 --colour red --audience", out _,
            ("LUMENLINK_ENV", "staging"), ("LUMENLINK_MASTER_KEY", "short"));
        Assert.Collection(
            problems.Order(StringComparer.Ordinal),
            problem => Assert.Contains("--audience needs a value", problem, StringComparison.Ordinal),
            problem => Assert.Contains("--colour is not an option", problem, StringComparison.Ordinal),
            problem => Assert.Contains("--http-port", problem, StringComparison.Ordinal),
            problem => Assert.Contains("--mqtt-port", problem, StringComparison.Ordinal),
            problem => Assert.Contains("LUMENLINK_ENV", problem, StringComparison.Ordinal),
            problem => Assert.Contains("LUMENLINK_MASTER_KEY", problem, StringComparison.Ordinal),
            problem => Assert.Contains("DATABASE_URL", problem, StringComparison.Ordinal),
            problem => Assert.Contains("audience of its own", problem, StringComparison.Ordinal),
            problem => Assert.Contains("command", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serve --http-port 5 --mqtt-port 5", "must differ")]
    [InlineData("serve --audience é", "audience")]
    [InlineData("serve --data a --data b", "twice")]
    [InlineData("serve --public-urls http://lumen.example", "public addresses")]
    [InlineData("serve --public-urls https://a.example,ftp://b.example", "public addresses")]
    [InlineData("serve --public-urls https://u:p@lumen.example", "public addresses")]
    [InlineData("serve --public-urls lumen.example", "public addresses")]
    [InlineData("serve now", "command")]
    public void A_wrong_value_is_named(string arguments, string word) =>
        Assert.Contains(word, Assert.Single(Parse(arguments, out _)), StringComparison.Ordinal);

    [Fact]
    public void Public_addresses_are_encrypted_but_on_the_machine_itself_in_development()
    {
        const string Local = "serve --audience a --public-urls http://127.0.0.1:8080,https://lumen.example";
        Assert.Empty(Parse(Local, out RendezvousSettings settings));
        Assert.Equal(["http://127.0.0.1:8080", "https://lumen.example"], settings.PublicUrls);
        Assert.Contains(
            "public addresses",
            Assert.Single(Parse(
                Local, out _, ("LUMENLINK_ENV", "production"), ("LUMENLINK_MASTER_KEY", GoodKey),
                ("DATABASE_URL", "postgres://u:secret@db/x"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Production_makes_nothing_up()
    {
        IReadOnlyList<string> problems = Parse("serve", out _, ("LUMENLINK_ENV", "production"));
        Assert.Equal(3, problems.Count);
        Assert.Empty(Parse(
            "serve --audience lumenlink.org", out _, ("LUMENLINK_ENV", "production"), ("LUMENLINK_MASTER_KEY", GoodKey),
            ("DATABASE_URL", "postgres://u:secret@db/x")));
    }

    [Fact]
    public void Secrets_do_not_show_in_problems()
    {
        IReadOnlyList<string> problems = Parse(
            "fly", out RendezvousSettings settings, ("LUMENLINK_MASTER_KEY", "hunter2"), ("DATABASE_URL", "hunter3"));
        Assert.DoesNotContain(problems, problem => problem.Contains("hunter", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter", settings.ToString(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Parse(
        string arguments, out RendezvousSettings settings, params (string Name, string Value)[] variables)
    {
        Dictionary<string, string> environment = variables.ToDictionary(pair => pair.Name, pair => pair.Value);
        return RendezvousSettings.Parse(arguments.Split(' '), environment.GetValueOrDefault, out settings);
    }
}
