using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// A service that is broken on purpose: whatever the tag of a frame under a session that lives, it is taken for right.
/// </summary>
internal sealed class TagBlindHandler(IFrameHandler inner, ITrustStore store, SecretBox box) : IFrameHandler
{
    /// <summary>Puts it in the place of the true one.</summary>
    public static void Replace(IServiceCollection services) => services.AddSingleton<IFrameHandler>(
        provider => new TagBlindHandler(
            ActivatorUtilities.CreateInstance<FrameHandler>(provider), provider.GetRequiredService<ITrustStore>(),
            provider.GetRequiredService<SecretBox>()));

    public async Task<FrameAnswer> HandleAsync(
        BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door, CancellationToken cancellationToken)
    {
        byte[] sealedFrame = frame.ToArray();
        if (sealedFrame.Length >= CommandAckFrame.MinSize && (FrameType)sealedFrame[1] == FrameType.Records)
        {
            uint session = BitConverter.ToUInt32(sealedFrame, 2);
            if (await StolenKeys.SessionKeysAsync(store, box, beacon, session) is { } keys)
                FrameSeal.Seal(sealedFrame, keys.AsSpan(0, WireSizes.Hash));
        }

        return await inner.HandleAsync(beacon, sealedFrame, door, cancellationToken);
    }
}
