using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LumenLink.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Rendezvous.Webhooks;

/// <summary>A delivery as it came.</summary>
internal sealed record Delivered(string Path, string Id, string Timestamp, string Signatures, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public WebhookVerdict Check(string secret, DateTimeOffset now) =>
        WebhookSignature.Verify(secret, Id, Timestamp, Signatures, Body, now);
}

/// <summary>A receiver of webhooks that answers as a test says; without a word it takes everything.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            IHeaderDictionary headers = context.Request.Headers;
            Got.Enqueue(new Delivered(
                context.Request.Path, $"{headers[WebhookSignature.IdHeader]}",
                $"{headers[WebhookSignature.TimestampHeader]}", $"{headers[WebhookSignature.SignatureHeader]}",
                body.ToArray()));
            await Answer(context);
        });
    }

    public ConcurrentQueue<Delivered> Got { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url => app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First() + "/lumen";

    public static async Task<Receiver> StartAsync()
    {
        Receiver receiver = new();
        await receiver.app.StartAsync();
        return receiver;
    }

    public void Says(int status) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
