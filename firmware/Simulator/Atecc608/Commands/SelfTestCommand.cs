using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// SelfTest: runs the asked tests on the emulator's own primitives; the answer is the bits that failed.
/// </summary>
internal static class SelfTestCommand
{
    private const byte Rng = 0x01;
    private const byte EcdsaBit = 0x04;
    private const byte EcdhBit = 0x08;
    private const byte AesBit = 0x10;
    private const byte ShaBit = 0x20;

    /// <summary>Bit 1 is set in the documented "all tests" mode 0x3B, without a test of its own.</summary>
    private const byte Known = 0x3F;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if ((command.Mode & ~Known) != 0 || command.Param2 != 0 || !command.Data.IsEmpty) return ChipStatus.ParseError;
        int failed = core.Options.Faults.FailedSelfTests;
        byte[] scalar = P256.GeneratePrivateKey(core.Options.Random);
        if (!core.DrawRandom().AsSpan().ContainsAnyExcept((byte)0)) failed |= Rng;
        if (!SignsAndVerifies(scalar)) failed |= EcdsaBit;
        if (!Agrees(scalar, P256.GeneratePrivateKey(core.Options.Random))) failed |= EcdhBit;
        if (!AesRoundTrips(scalar)) failed |= AesBit;
        if (SHA256.HashData("abc"u8)[0] != 0xBA) failed |= ShaBit;
        return new Response([(byte)(failed & command.Mode)]);
    }

    private static bool SignsAndVerifies(byte[] scalar)
    {
        byte[] digest = SHA256.HashData(scalar);
        return P256.Verify(P256.PublicKey(scalar), digest, P256.Sign(scalar, digest)) == true;
    }

    private static bool Agrees(byte[] a, byte[] b) =>
        P256.SharedSecret(a, P256.PublicKey(b)) is { } one
        && P256.SharedSecret(b, P256.PublicKey(a)) is { } other
        && one.AsSpan().SequenceEqual(other);

    private static bool AesRoundTrips(byte[] bytes)
    {
        using var aes = Aes.Create();
        aes.Key = bytes[..16];
        byte[] cipher = aes.EncryptEcb(bytes.AsSpan(16), PaddingMode.None);
        return aes.DecryptEcb(cipher, PaddingMode.None).AsSpan().SequenceEqual(bytes.AsSpan(16));
    }
}
