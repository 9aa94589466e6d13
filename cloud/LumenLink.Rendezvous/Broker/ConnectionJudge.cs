using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using MQTTnet.Protocol;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// Who may connect. At the broker client id and user name are the beacon id, the password is its token;
/// over HTTP both are in one header.
/// </summary>
internal sealed class ConnectionJudge(
    TokenVerifier tokens, LiveFeed live, LumenMetrics metrics, TimeProvider time,
    ILogger<ConnectionJudge> logger) : IDisposable
{
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount * IngestPolicy.TokensAtOncePerProcessor);

    /// <summary>
    /// The reason code of the CONNACK; never throws for what the client sent or for a store that does not answer.
    /// </summary>
    public async Task<MqttConnectReasonCode> JudgeAsync(
        string? clientId, string? userName, byte[]? password, CancellationToken cancellationToken)
    {
        string? token = password is { Length: ConnectionToken.TextLength } ? Encoding.Latin1.GetString(password) : null;
        TokenOutcome outcome =
            await JudgeTokenAsync(clientId == userName ? clientId : null, clientId, token, cancellationToken);
        return outcome switch
        {
            TokenOutcome.Accepted or TokenOutcome.Retry => MqttConnectReasonCode.Success,
            TokenOutcome.Malformed => MqttConnectReasonCode.BadUserNameOrPassword,
            TokenOutcome.CouldNotCheck => MqttConnectReasonCode.ServerUnavailable,
            _ => MqttConnectReasonCode.NotAuthorized,
        };
    }

    /// <summary>Judges a token; never throws for what it is or for a store that does not answer.</summary>
    /// <param name="idText">The beacon id that was given with it; null when there was none.</param>
    /// <param name="client">Who may present it again within the time of a retry.</param>
    /// <param name="token">The token as text; null when there was none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TokenOutcome> JudgeTokenAsync(
        string? idText, string? client, string? token, CancellationToken cancellationToken)
    {
        bool isNamed = BeaconId.TryParse(idText, out BeaconId beacon);
        (TokenOutcome outcome, int? tenant) =
            !isNamed || client is null || token is not { Length: ConnectionToken.TextLength }
            ? new TokenVerdict(TokenOutcome.Malformed, null)
            : await VerifyAsync(beacon, client, token, cancellationToken);
        metrics.Tokens(outcome).Inc();
        if (isNamed)
            logger.TokenJudged(beacon, outcome);
        if (outcome is not (TokenOutcome.Accepted or TokenOutcome.Retry))
            live.Publish(new ConnectionRefusedEvent(time.GetUtcNow(), isNamed ? idText! : "", outcome, tenant));
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task<TokenVerdict> VerifyAsync(
        BeaconId beacon, string client, string token, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TrustPolicy.StoreTimeout);
        bool entered = false;
        try
        {
            await slots.WaitAsync(limit.Token);
            entered = true;
            return await tokens.VerifyAsync(beacon, client, token, limit.Token);
        }
        catch (Exception exception)
        {
            logger.TokenNotChecked(exception);
            return new TokenVerdict(TokenOutcome.CouldNotCheck, null);
        }
        finally
        {
            if (entered)
                slots.Release();
        }
    }
}
