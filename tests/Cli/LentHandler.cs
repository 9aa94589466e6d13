namespace LumenLink.Tests.Cli;

/// <summary>Answers calls as a test says. A client disposes of its handler; this one may go.</summary>
internal sealed class LentHandler(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
}
