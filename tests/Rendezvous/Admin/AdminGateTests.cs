using System.Net;
using LumenLink.Rendezvous.Admin;
using LumenLink.Rendezvous.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LumenLink.Tests.Rendezvous.Admin;

public sealed class AdminGateTests
{
    private const string Token = "a-token-that-is-long-enough";

    [Theory]
    [InlineData("Bearer " + Token, AdminRefusal.None)]
    [InlineData("bearer " + Token, AdminRefusal.None)]
    [InlineData("Bearer " + Token + "x", AdminRefusal.NoToken)]
    [InlineData("Bearer a-token-that-is-long-enougH", AdminRefusal.NoToken)]
    [InlineData("Basic " + Token, AdminRefusal.NoToken)]
    [InlineData(Token, AdminRefusal.NoToken)]
    [InlineData("Bearer ", AdminRefusal.NoToken)]
    [InlineData("", AdminRefusal.NoToken)]
    public void With_a_token_only_its_bearer_is_admitted_from_anywhere(string authorization, AdminRefusal refusal)
    {
        foreach (ServiceEnvironment environment in Enum.GetValues<ServiceEnvironment>())
        {
            foreach (string address in (string[])["127.0.0.1", "192.0.2.7"])
            {
                AdminGate gate = Gate(environment, Token);
                DefaultHttpContext context = Call(address);
                context.Request.Headers.Authorization = authorization;
                AdminVerdict verdict = gate.Judge(context);
                Assert.Equal((refusal, "admin token"), (verdict.Refusal, verdict.Caller));
                Assert.False(gate.AdmitsPage(context));
            }
        }
    }

    [Fact]
    public void Production_without_a_token_admits_nobody()
    {
        AdminGate gate = Gate(ServiceEnvironment.Production, null);
        DefaultHttpContext context = Call("127.0.0.1");
        context.Request.Headers.Authorization = "Bearer ";
        Assert.Equal(AdminRefusal.NotConfigured, gate.Judge(context).Refusal);
        Assert.False(gate.AdmitsPage(context));
        Assert.Contains("LUMENLINK_ADMIN_TOKEN", AdminGate.Sentence(AdminRefusal.NotConfigured));
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
    public void Development_without_a_token_admits_the_machine_itself(
        string address, string host, string header, string value, bool isAdmitted)
    {
        AdminGate gate = Gate(ServiceEnvironment.Development, null);
        DefaultHttpContext context = Call(address, host);
        if (header.Length > 0)
            context.Request.Headers[header] = value;
        AdminVerdict verdict = gate.Judge(context);
        Assert.Equal(
            (isAdmitted ? AdminRefusal.None : AdminRefusal.NotLoopback, "loopback"), (verdict.Refusal, verdict.Caller));
        Assert.Equal(isAdmitted, gate.AdmitsPage(context));
    }

    private static AdminGate Gate(ServiceEnvironment environment, string? token) => new(
        new RendezvousSettings { Environment = environment, AdminToken = token }, NullLogger<AdminGate>.Instance);

    private static DefaultHttpContext Call(string address, string host = "127.0.0.1:8080")
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        return context;
    }
}
