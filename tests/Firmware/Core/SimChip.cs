using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>A secure element by .NET's cryptography, which a test can make fail.</summary>
internal sealed class SimChip : ISecureElement, IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ECDiffieHellman? ephemeral;

    public KeyHome Home { get; internal set; } = KeyHome.SecureElement;

    /// <summary>What else happens with a command: time passes, for one.</summary>
    internal Action Takes { get; set; } = () => { };

    internal byte[] PublicKey => Keys.Public(key);

    internal uint Boots { get; private set; }

    /// <summary>What every command answers, unless Ok.</summary>
    internal ChipStatus Broken { get; set; }

    internal int Commands { get; private set; }

    public void Dispose()
    {
        key.Dispose();
        ephemeral?.Dispose();
    }

    public ChipStatus ReadPublicKey(byte[] target, int offset) => Do(() => PublicKey.CopyTo(target, offset));

    public ChipStatus IncrementBootCounter(out uint value)
    {
        ChipStatus status = Do(() => Boots++);
        value = status == ChipStatus.Ok ? Boots : 0;
        return status;
    }

    public ChipStatus ReadSerial(byte[] serial, int offset) => Do(() => serial.AsSpan(offset, 9).Fill(1));

    public ChipStatus Random(byte[] random, int offset) =>
        Do(() => RandomNumberGenerator.Fill(random.AsSpan(offset, 32)));

    public ChipStatus Sign(byte[] digest32, byte[] signature, int offset) =>
        Do(() => key.SignHash(digest32).CopyTo(signature, offset));

    public ChipStatus Verify(byte[] publicKey, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
    {
        bool isGenuine = false;
        ChipStatus status = Do(() =>
        {
            using ECDsa other = Keys.Ecdsa(publicKey.AsSpan(keyOffset, 64));
            isGenuine = other.VerifyHash(digest32, signature.AsSpan(signatureOffset, 64));
        });
        return status != ChipStatus.Ok ? status : isGenuine ? ChipStatus.Ok : ChipStatus.Miscompare;
    }

    public ChipStatus GenerateEphemeral(byte[] target, int offset) => Do(() =>
    {
        ephemeral?.Dispose();
        ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Keys.Public(ephemeral).CopyTo(target, offset);
    });

    public ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32) => Do(() =>
    {
        using ECDiffieHellman peer = Keys.Ecdh(peerKey.AsSpan(peerOffset, 64));
        ephemeral!.DeriveRawSecretAgreement(peer.PublicKey).CopyTo(secret32, 0);
    });

    public void Idle()
    {
    }

    public void Sleep()
    {
    }

    private ChipStatus Do(Action command)
    {
        Commands++;
        Takes();
        if (Broken == ChipStatus.Ok) command();
        return Broken;
    }
}
