using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>A board without a chip: its flash outlives its boots.</summary>
internal sealed class SoftwareKeyRig
{
    private int boots;

    internal TestClock Clock { get; } = new();

    internal TestFlash Flash { get; } = new();

    internal TestNoise Noise { get; } = new();

    internal int Seed { get; init; } = 1;

    internal byte[] Address { get; init; } = [2, 0, 0, 0, 0, 1];

    internal bool IsStuck { get; set; }

    /// <summary>A value as the store seals it.</summary>
    internal static byte[] Sealed(byte[] content)
    {
        byte[] body = [1, .. content];
        return [.. body, .. SHA256.HashData(body).AsSpan(0, 4)];
    }

    internal SoftwareKey Boot(INativeCrypto? crypto = null) => new(
        crypto ?? new DotNetCrypto(), Flash, IsStuck ? new StuckRandom() : new Random(Seed + (1000 * boots++)), Noise,
        Clock, Address);

    internal byte[] PublicKey()
    {
        byte[] key = new byte[64];
        Assert.Equal(ChipStatus.Ok, Boot().ReadPublicKey(key, 0));
        return key;
    }

    internal uint CountBoot()
    {
        Assert.Equal(ChipStatus.Ok, Boot().IncrementBootCounter(out uint boot));
        return boot;
    }

    internal sealed class TestNoise : IRadioNoise
    {
        internal bool IsRefused { get; set; }

        internal int Starts { get; private set; }

        internal int Stops { get; private set; }

        public bool Start()
        {
            if (!IsRefused) Starts++;
            return !IsRefused;
        }

        public void Stop() => Stops++;
    }

    internal sealed class TestFlash : IKeyValueStore
    {
        private int cutIn;
        private bool isCutAfter;

        internal Dictionary<string, byte[]> Values { get; } = [];

        internal bool IsFull { get; set; }

        internal int Cuts { get; private set; }

        public byte[]? Read(string name) => Values.TryGetValue(name, out byte[]? value) ? [.. value] : null;

        public bool Write(string name, byte[] value)
        {
            bool isCut = --cutIn == 0;
            if (!IsFull && (!isCut || isCutAfter)) Values[name] = [.. value];
            if (!isCut) return !IsFull;
            Cuts++;
            throw new IOException("The power went.");
        }

        /// <summary>The power goes at a write, counted from 1.</summary>
        internal void Cut(int at, bool isAfter) => (cutIn, isCutAfter) = (at, isAfter);
    }

    private sealed class StuckRandom : Random
    {
        public override void NextBytes(byte[] buffer) => buffer.AsSpan().Fill(0xA5);
    }
}
