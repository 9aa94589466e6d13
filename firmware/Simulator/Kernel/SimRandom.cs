namespace LumenLink.Simulator;

/// <summary>A small seeded generator (SplitMix64): the same numbers on every machine and .NET version.</summary>
/// <param name="seed">Any value.</param>
internal sealed class SimRandom(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong _state = seed;

    /// <summary>One number from three: decorrelated streams for boards, times and purposes.</summary>
    public static ulong Mix(ulong first, ulong second, ulong third) =>
        Scramble(Scramble(Scramble(first + Step) ^ second) ^ third);

    public ulong Next() => Scramble(_state += Step);

    /// <summary>A number from 0 up to but not including the limit.</summary>
    public int Next(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A normally distributed number, mean 0, deviation 1.</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    public void Fill(byte[] bytes)
    {
        for (int index = 0; index < bytes.Length; index++) bytes[index] = (byte)(Next() >> 56);
    }

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
