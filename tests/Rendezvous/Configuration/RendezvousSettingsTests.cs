using System.Net;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Tests.Rendezvous.Configuration;

public sealed class RendezvousSettingsTests
{
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
    [InlineData("serve --trace-one-in 0", "LUMENLINK_TRACE_ONE_IN")]
    [InlineData("serve --trace-one-in 1000001", "LUMENLINK_TRACE_ONE_IN")]
    [InlineData("serve --rollout region:a:101", "LUMENLINK_ROLLOUT")]
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
            "public addresses", Assert.Single(Parse(Local, out _, ("LUMENLINK_ENV", "production"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_certificate_the_broker_has_the_port_of_MQTT_over_TLS()
    {
        Assert.Empty(Parse(
            "serve --mqtt-address 0.0.0.0", out RendezvousSettings settings, ("LUMENLINK_MQTT_CERTIFICATE", "a"),
            ("LUMENLINK_MQTT_KEY", "b")));
        Assert.Equal((IPAddress.Any, 8883), (settings.MqttAddress, settings.MqttPort));
        Assert.Contains(
            "set together", Assert.Single(Parse("serve", out _, ("LUMENLINK_MQTT_KEY", "b"))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://db", "redis://db", 6379, 0)]
    [InlineData("rediss://u%40x:p%2F:q@db:6380/4", "u@x p/:q db", 6380, 4)]
    public void The_URL_of_Redis_is_read(string url, string parts, int port, int database)
    {
        RedisAddress address = RedisAddress.Read(url, out string fault)!;
        Assert.Equal(("", port, database), (fault, address.Port, address.Database));
        Assert.Equal("db", address.Host);
        Assert.Equal(address.IsTls ? parts : "redis://db", address.IsTls
            ? $"{address.UserName} {address.Password} {address.Host}"
            : $"redis://{address.Host}");
        Assert.DoesNotContain("q", $"{address}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtts://broker", 8883, true, "rendezvous")]
    [InlineData("mqtt://broker:1884", 1884, false, "rendezvous")]
    [InlineData("mqtts://u%40x:p%2F:q@broker:8884", 8884, true, "rendezvous-")]
    public void The_URL_of_a_broker_is_read(string url, int port, bool isTls, string group)
    {
        BrokerAddress address = BrokerAddress.Read(url, out string fault)!;
        Assert.Equal(("", "broker", port, isTls), (fault, address.Host, address.Port, address.IsTls));
        Assert.StartsWith(group, address.Group, StringComparison.Ordinal);
        Assert.Equal(group.EndsWith('-') ? 22 : 0, address.Group.Length - group.Length);
        Assert.DoesNotContain("q", $"{address}", StringComparison.Ordinal);
        if (address.Password is not null)
            Assert.Equal(("u@x", "p/:q"), (address.UserName, address.Password));
    }

    [Theory]
    [InlineData("broker:8883")]
    [InlineData("https://hunter2")]
    [InlineData("mqtts://u:hunter2@broker/topic")]
    [InlineData("mqtts://u:hunter2@broker?x=1")]
    public void A_wrong_URL_of_a_broker_is_named_without_its_value(string url)
    {
        string problem = Assert.Single(Parse("serve", out _, ("LUMENLINK_BROKER_URL", url)));
        Assert.StartsWith("LUMENLINK_BROKER_URL: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LUMENLINK_TRACE_URL", "collector:4318", "LUMENLINK_TRACE_URL")]
    [InlineData("LUMENLINK_REPLICA", "a/b", "replica's name")]
    [InlineData("LUMENLINK_BROKER_KIND", "rabbitmq", "LUMENLINK_BROKER_KIND")]
    public void A_wrong_setting_of_a_broker_beside_the_service_is_named(string name, string value, string word) =>
        Assert.Contains(word, Assert.Single(Parse("serve", out _, (name, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData("db:6379")]
    [InlineData("http://hunter2")]
    [InlineData("redis://hunter2@db/x")]
    [InlineData("redis://hunter2@db?x=1")]
    [InlineData("redis:///0")]
    public void A_wrong_URL_of_Redis_is_named_without_its_value(string url)
    {
        string problem = Assert.Single(Parse("serve", out _, ("REDIS_URL", url)));
        Assert.StartsWith("REDIS_URL: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://lumenlink.org/", false)]
    [InlineData("lumenlink.org", false)]
    [InlineData("https://*.lumenlink.org", false)]
    [InlineData("https://a:b@lumenlink.org", false)]
    [InlineData("https://lumenlink.org,http://localhost:3000", true)]
    [InlineData("*", true)]
    public void Origins_are_checked(string origins, bool isGood) =>
        Assert.Equal(isGood, Parse("serve", out _, ("LUMENLINK_CORS_ORIGINS", origins)).Count == 0);

    [Fact]
    public void A_variable_that_is_none_of_ours_is_known_by_name()
    {
        Assert.Empty(Parse(
            "serve", out RendezvousSettings settings, ("LUMENLINK_HTTP_PROT", "1"), ("lumenlink_env", "production"),
            ("LUMENLINK_DATA", "x"), ("OTHER", "y")));
        Assert.Equal(["LUMENLINK_HTTP_PROT", "lumenlink_env"], settings.UnknownVariables);
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
        return RendezvousSettings.Parse(arguments.Split(' '), environment, out settings);
    }
}
