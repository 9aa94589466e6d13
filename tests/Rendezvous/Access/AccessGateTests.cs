using System.Net;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LumenLink.Tests.Rendezvous.Access;

/// <summary>Who calls, without an API key.</summary>
public sealed class AccessGateTests
{
    private const string Token = "a-token-that-is-long-enough";

    [Theory]
    [InlineData("Bearer " + Token, AccessOutcome.Admitted)]
    [InlineData("bearer " + Token, AccessOutcome.Admitted)]
    [InlineData("Bearer " + Token + "x", AccessOutcome.NoToken)]
    [InlineData("Bearer a-token-that-is-long-enougH", AccessOutcome.NoToken)]
    [InlineData("Basic " + Token, AccessOutcome.NoToken)]
    [InlineData(Token, AccessOutcome.NoToken)]
    [InlineData("Bearer ", AccessOutcome.NoToken)]
    [InlineData("", AccessOutcome.NoToken)]
    public async Task With_a_token_only_its_bearer_is_admitted_from_anywhere(
        string authorization, AccessOutcome outcome)
    {
        foreach (ServiceEnvironment environment in Enum.GetValues<ServiceEnvironment>())
        {
            foreach (string address in (string[])["127.0.0.1", "192.0.2.7"])
            {
                AccessGate gate = Gate(environment, Token);
                DefaultHttpContext context = Call(address);
                context.Request.Headers.Authorization = authorization;
                Assert.Equal(
                    (outcome, outcome == AccessOutcome.Admitted ? ApiCaller.AdminToken : null),
                    await gate.JudgeAsync(context, Scope.Command, default));
                Assert.False(gate.AdmitsPage(context));
            }
        }
    }

    [Fact]
    public async Task Production_without_a_token_admits_nobody()
    {
        AccessGate gate = Gate(ServiceEnvironment.Production, null);
        DefaultHttpContext context = Call("127.0.0.1");
        context.Request.Headers.Authorization = "Bearer ";
        foreach (Scope scope in Enum.GetValues<Scope>().Where(each => each > Scope.Read))
        {
            (AccessOutcome outcome, ApiCaller? caller) = await gate.JudgeAsync(context, scope, default);
            Assert.Equal((AccessOutcome.NotConfigured, null), (outcome, caller));
        }

        Assert.False(gate.AdmitsPage(context));
        Assert.Contains("LUMENLINK_ADMIN_TOKEN", AccessGate.Sentence(AccessOutcome.NotConfigured));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "", "", true)]
    [InlineData("::1", "[::1]:8080", "", "", true)]
    [InlineData("127.0.0.1", "localhost:8080", "Origin", "http://localhost:8080", true)]
    [InlineData("192.0.2.7", "127.0.0.1:8080", "", "", false)]
    [InlineData("127.0.0.1", "rebound.example:8080", "", "", false)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "Origin", "http://elsewhere.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "Origin", "http://127.0.0.1:9999", false)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "Origin", "null", false)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "X-Forwarded-For", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", "Forwarded", "for=127.0.0.1", false)]
    public async Task Development_without_a_token_admits_the_machine_itself(
        string address, string host, string header, string value, bool isAdmitted)
    {
        AccessGate gate = Gate(ServiceEnvironment.Development, null);
        DefaultHttpContext context = Call(address, host);
        if (header.Length > 0)
            context.Request.Headers[header] = value;
        Assert.Equal(
            isAdmitted ? (AccessOutcome.Admitted, ApiCaller.Loopback) : (AccessOutcome.NotLoopback, null),
            await gate.JudgeAsync(context, Scope.Keys, default));
        Assert.Equal(isAdmitted, gate.AdmitsPage(context));
    }

    [Theory]
    [InlineData(ServiceEnvironment.Development, null, ApiRole.Viewer)]
    [InlineData(ServiceEnvironment.Production, null, ApiRole.Client)]
    [InlineData(ServiceEnvironment.Production, ApiRole.None, ApiRole.None)]
    [InlineData(ServiceEnvironment.Production, ApiRole.Viewer, ApiRole.Viewer)]
    [InlineData(ServiceEnvironment.Development, ApiRole.None, ApiRole.None)]
    public async Task Callers_without_a_key_may_what_the_setting_says(
        ServiceEnvironment environment, ApiRole? setting, ApiRole role)
    {
        AccessGate gate = Gate(environment, null, setting);
        foreach (Scope scope in (Scope[])[Scope.Find, Scope.Read])
        {
            (AccessOutcome outcome, ApiCaller? caller) =
                await gate.JudgeAsync(Call("192.0.2.7"), scope, default);
            Assert.Equal(
                AccessPolicy.May(role, scope) ? AccessOutcome.Admitted : AccessOutcome.NoKey, outcome);
            if (caller is not null)
                Assert.Equal((1, "anonymous", role, null), (caller.TenantId, caller.Name, caller.Role, caller.KeyId));
        }
    }

    /// <summary>The whole table, so that a change of it is seen.</summary>
    [Theory]
    [InlineData(ApiRole.None, "Open")]
    [InlineData(ApiRole.Client, "Open Find")]
    [InlineData(ApiRole.Viewer, "Open Find Read")]
    [InlineData(ApiRole.Operator, "Open Find Read Inspect Acknowledge Command Configure Enrol")]
    [InlineData(
        ApiRole.Admin, "Open Find Read Inspect Acknowledge Command Configure Enrol Revoke Audit Keys Webhooks")]
    public void A_role_may_what_the_table_says(ApiRole role, string scopes) => Assert.Equal(
        scopes, string.Join(' ', Enum.GetValues<Scope>().Where(scope => AccessPolicy.May(role, scope))));

    private static AccessGate Gate(ServiceEnvironment environment, string? token, ApiRole? anonymous = null) => new(
        new RendezvousSettings { Environment = environment, AdminToken = token, Anonymous = anonymous },
        new KeyBook(new MemoryStore(), new ManualTime(), NullLogger<KeyBook>.Instance));

    private static DefaultHttpContext Call(string address, string host = "127.0.0.1:8080")
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        return context;
    }
}
