using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// The key of a simulated board without a chip, which a board makes in its first boot: here the firmware's own code
/// makes it at the factory, because the enrolment needs its public half before the board runs.
/// </summary>
internal static class FlashIdentity
{
    /// <summary>Makes the key unless it is there.</summary>
    /// <param name="identityFolder">The folder on the board's flash that the firmware keeps it in.</param>
    /// <param name="name">The board's name.</param>
    /// <returns>The public half, X || Y.</returns>
    public static byte[] Make(string identityFolder, string name)
    {
        SoftwareKey key = new(
            new Crypto(), new Values(identityFolder), new Hardware(), new Noise(), new Clock(),
            SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
        byte[] publicKey = new byte[WireSizes.PublicKey];
        ChipStatus status = key.ReadPublicKey(publicKey, 0);
        return status == ChipStatus.Ok ? publicKey : throw new IOException($"{identityFolder}: {status}");
    }

    private sealed class Crypto : INativeCrypto
    {
        public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32) =>
            HMACSHA256.HashData(key, message.AsSpan(offset, count), mac32);

        public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16)
        {
            using Aes aes = Aes.Create();
            aes.Key = key16;
            aes.EncryptEcb(block16, out16, PaddingMode.None);
        }
    }

    private sealed class Values(string folder) : IKeyValueStore
    {
        public byte[]? Read(string name)
        {
            string file = Path.Combine(folder, name);
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }

        public bool Write(string name, byte[] value)
        {
            RunFolder.WriteSecret(Path.Combine(folder, name), value);
            return true;
        }
    }

    private sealed class Hardware : Random
    {
        public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);
    }

    /// <summary>The operating system's generator needs none.</summary>
    private sealed class Noise : IRadioNoise
    {
        public bool Start() => true;

        public void Stop()
        {
        }
    }

    /// <summary>The machine's time; it waits for nothing.</summary>
    private sealed class Clock : BoardClock
    {
        public override long NowMs => Environment.TickCount64;

        public override long LinkMs => NowMs;

        public override bool IsUtcSet => true;

        public override long UtcEpochMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - NowMs;

        public override void SetUtc(long unixMs)
        {
        }

        public override void Pause(int durationMs)
        {
        }
    }
}
