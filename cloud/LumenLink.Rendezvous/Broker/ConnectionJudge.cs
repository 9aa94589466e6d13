using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using MQTTnet.Protocol;

namespace LumenLink.Rendezvous.Broker;

/// <summary>Who may connect: client id and user name are the beacon id, the password is its token.</summary>
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
        BeaconId beacon = default;
        bool isNamed = clientId == userName && BeaconId.TryParse(clientId, out beacon);
        TokenOutcome outcome = !isNamed || password is not { Length: ConnectionToken.TextLength }
            ? TokenOutcome.Malformed
            : await VerifyAsync(beacon, clientId!, Encoding.Latin1.GetString(password), cancellationToken);
        metrics.Tokens(outcome).Inc();
        if (isNamed)
            logger.TokenJudged(beacon, outcome);
        if (outcome is TokenOutcome.Accepted or TokenOutcome.Retry)
            return MqttConnectReasonCode.Success;
        live.Publish(new ConnectionRefusedEvent(time.GetUtcNow(), isNamed ? clientId! : "", outcome));
        return outcome switch
        {
            TokenOutcome.Malformed => MqttConnectReasonCode.BadUserNameOrPassword,
            TokenOutcome.CouldNotCheck => MqttConnectReasonCode.ServerUnavailable,
            _ => MqttConnectReasonCode.NotAuthorized,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task<TokenOutcome> VerifyAsync(
        BeaconId beacon, string clientId, string password, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TrustPolicy.StoreTimeout);
        bool entered = false;
        try
        {
            await slots.WaitAsync(limit.Token);
            entered = true;
            return await tokens.VerifyAsync(beacon, clientId, password, limit.Token);
        }
        catch (Exception exception)
        {
            logger.TokenNotChecked(exception);
            return TokenOutcome.CouldNotCheck;
        }
        finally
        {
            if (entered)
                slots.Release();
        }
    }
}
