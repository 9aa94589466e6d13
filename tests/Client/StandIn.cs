using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Client;

/// <summary>A call as it came.</summary>
internal sealed record Call(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// Stands for the service: a web server on loopback that answers calls in their order as it was told to, the last
/// answer again and again.
/// </summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<HttpContext, Task>[] answers;
    private int next = -1;

    private StandIn(Func<HttpContext, Task>[] answers)
    {
        this.answers = answers;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<Call> Calls { get; } = new();

    public static async Task<StandIn> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        StandIn service = new(answers);
        await service.app.StartAsync();
        service.Address = new Uri(service.app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single());
        return service;
    }

    /// <summary>An answer of JSON that is good.</summary>
    public static Func<HttpContext, Task> Json(string body) => context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };

    /// <summary>A problem.</summary>
    public static Func<HttpContext, Task> Problem(int status, string code, string detail, string? retryAfter = null) =>
        context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/problem+json";
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            return context.Response.WriteAsync(
                $$"""{"status":{{status}},"code":"{{code}}","detail":"{{detail}}"}""");
        };

    /// <summary>A connection that breaks off before its answer.</summary>
    public static Func<HttpContext, Task> Break { get; } = context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Events, after which the connection ends.</summary>
    public static Func<HttpContext, Task> Events(string text) => context =>
    {
        context.Response.ContentType = "text/event-stream";
        return context.Response.WriteAsync(text);
    };

    /// <summary>Events, after which the connection stays open and says nothing.</summary>
    public static Func<HttpContext, Task> EventsAndSilence(string text) => async context =>
    {
        await Events(text)(context);
        await context.Response.Body.FlushAsync();
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (context.RequestAborted.Register(gone.SetResult))
            await gone.Task;
    };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using StreamReader body = new(context.Request.Body, Encoding.UTF8);
        Calls.Enqueue(new Call(
            context.Request.Method, context.Request.Path + context.Request.QueryString.ToString(),
            await body.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        int now = Math.Min(Interlocked.Increment(ref next), answers.Length - 1);
        await answers[now](context);
    }
}
