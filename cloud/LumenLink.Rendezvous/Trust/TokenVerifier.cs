using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What a connection token came to.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="TenantId">Owner of the beacon that was named; null when it is not enrolled or not asked for.</param>
internal readonly record struct TokenVerdict(TokenOutcome Outcome, int? TenantId);

/// <summary>
/// Judges a connection token: the MQTT password, or what opens a session over HTTP (specification section 7).
/// </summary>
internal sealed class TokenVerifier(
    IRegistryStore registry, ITrustStore store, CloneWatch clones, string audience, TimeProvider time)
{
    /// <summary>
    /// Accepts or refuses. A refusal by signature, audience or registry changes
    /// nothing in the store, so that nobody but the beacon can use its numbers up.
    /// </summary>
    /// <param name="beacon">The beacon whose token it is said to be.</param>
    /// <param name="client">Who presents it, for the rule on retries.</param>
    /// <param name="text">The token as text.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <remarks>Throws what the store throws; the caller answers <see cref="TokenOutcome.CouldNotCheck"/>.</remarks>
    public async ValueTask<TokenVerdict> VerifyAsync(
        BeaconId beacon, string client, string text, CancellationToken cancellationToken)
    {
        ConnectionToken token = new();
        if (token.ReadText(text) != WireError.None)
            return new TokenVerdict(TokenOutcome.Malformed, null);
        RegisteredBeacon? registered = await registry.FindBeaconAsync(beacon, cancellationToken);
        if (registered is null)
            return new TokenVerdict(TokenOutcome.BeaconUnknown, null);
        int tenant = registered.Enrolment.TenantId;
        if (!IsSigned(token, beacon, registered.Enrolment.PublicKey))
            return new TokenVerdict(TokenOutcome.SignatureInvalid, tenant);
        if (registered.RevokedAt is not null)
            return new TokenVerdict(TokenOutcome.Revoked, tenant);
        byte[] bytes = new byte[ConnectionToken.Size];
        token.Write(bytes, 0);
        DateTimeOffset now = time.GetUtcNow();
        TokenOutcome outcome = await store.AcceptTokenAsync(
            beacon, token.Boot, token.Connect, SHA256.HashData(bytes), client, now,
            TrustPolicy.TokenRetryWindow, cancellationToken);
        if (ClonePolicy.OfToken(registered, outcome, token, now) is { } kind)
        {
            await clones.RaiseAsync(
                beacon, tenant, kind,
                $"Connection {token.Connect} of boot {token.Boot} is new, and a later boot was here before.", 1,
                cancellationToken);
        }

        return new TokenVerdict(outcome, tenant);
    }

    private bool IsSigned(ConnectionToken token, BeaconId beacon, byte[] publicKey)
    {
        byte[] id = new byte[BeaconId.ByteCount];
        beacon.CopyTo(id);
        byte[] message = new byte[SignedMessages.MaxTokenSize];
        int length = SignedMessages.Token(message, 0, id, audience, token.Boot, token.Connect);
        return length > 0 && P256.Verifies(publicKey, message.AsSpan(0, length), token.Signature);
    }
}
