using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608;

/// <summary>Where the chip's random numbers and private keys come from.</summary>
public interface IChipRandom
{
    /// <summary>Fills <paramref name="target"/> with random bytes.</summary>
    void Fill(Span<byte> target);
}

/// <summary>
/// The operating system's generator: what every simulated board uses unless a test needs repeatability.
/// </summary>
public sealed class CryptographicChipRandom : IChipRandom
{
    /// <inheritdoc/>
    public void Fill(Span<byte> target) => RandomNumberGenerator.Fill(target);
}

/// <summary>
/// A repeatable stream (SHA-256 of seed and counter) for tests: it makes nonces and generated keys repeatable.
/// Signatures stay different each time, because ECDSA draws its own per-signature number.
/// </summary>
public sealed class SeededChipRandom : IChipRandom
{
    private readonly byte[] input = new byte[16];
    private ulong block;

    /// <summary>A stream that depends on <paramref name="seed"/> alone.</summary>
    public SeededChipRandom(ulong seed) => BinaryPrimitives.WriteUInt64LittleEndian(input, seed);

    /// <inheritdoc/>
    public void Fill(Span<byte> target)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        while (!target.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input.AsSpan(8), block++);
            SHA256.HashData(input, digest);
            int count = Math.Min(target.Length, digest.Length);
            digest[..count].CopyTo(target);
            target = target[count..];
        }
    }
}
