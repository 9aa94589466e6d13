using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The managed P-256: public halves, signatures, checks of right and wrong ones, shared secrets, with private keys
    /// at the edges of their range and seeded ones; and the key on flash that uses it.
    /// </summary>
    internal sealed class CurveCases
    {
        // RFC 6979, A.2.5: the key, and the signature of "sample" with SHA-256.
        private const string ExampleKey = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
        private const string ExampleR = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
        private const string ExampleS = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

        // The order of the curve without its last byte, which is 0x51.
        private const string OrderStart = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc6325";

        private readonly Transcript transcript = new Transcript("curve");
        private readonly P256 curve = new P256(new StandInCrypto());
        private readonly byte[] digest = new byte[Sha256.Size];
        private readonly byte[] key = new byte[WireSizes.PublicKey];
        private readonly byte[] signature = new byte[WireSizes.Signature];
        private readonly byte[] secret = new byte[WireSizes.Hash];

        /// <summary>True if the example of RFC 6979 comes out.</summary>
        internal bool KnowsTheExample()
        {
            byte[] sample = new byte[] { 0x73, 0x61, 0x6D, 0x70, 0x6C, 0x65 };
            new Sha256().Hash(sample, 0, sample.Length, digest);
            return curve.Sign(Transcript.FromHex(ExampleKey), digest, signature, 0)
                && Transcript.Hex(signature, signature.Length) == ExampleR + ExampleS;
        }

        internal void Run()
        {
            const string zeros = "00000000000000000000000000000000000000000000000000000000000000";
            Private(zeros + "01");
            Private(zeros + "02");
            Private("8000000000000000000000000000000000000000000000000000000000000000");
            Private(OrderStart + "4f");
            Private(OrderStart + "50");
            Private(zeros + "00");
            Private(OrderStart + "51");
            Private(OrderStart + "52");
            Private("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
            for (uint seed = 1; seed <= 6; seed++)
            {
                Seeded(new Lcg(seed));
            }

            OnFlash();
        }

        /// <summary>With edges of digests and points too: zero, and all ones, which is above the order.</summary>
        private void Private(string hex)
        {
            byte[] scalar = Transcript.FromHex(hex);
            bool isKey = curve.IsPrivateKey(scalar);
            transcript.Add(isKey);
            if (isKey)
            {
                for (int i = 0; i < digest.Length; i++)
                {
                    digest[i] = (byte)(scalar[31] == 1 ? 0 : 0xFF);
                }

                curve.PublicKey(scalar, key, 0);
                transcript.Add(key);
                transcript.Add(curve.Sign(scalar, digest, signature, 0));
                transcript.Add(signature);
                transcript.Add((int)curve.Verify(key, 0, digest, signature, 0));
            }

            transcript.EndCase();
        }

        private void Seeded(Lcg random)
        {
            byte[] ours = new byte[WireSizes.Hash];
            byte[] theirs = new byte[WireSizes.Hash];
            byte[] peer = new byte[WireSizes.PublicKey];
            random.Fill(ours, ours.Length);
            random.Fill(theirs, theirs.Length);
            random.Fill(digest, digest.Length);
            curve.PublicKey(ours, key, 0);
            curve.PublicKey(theirs, peer, 0);
            transcript.Add(key);
            transcript.Add(peer);
            transcript.Add(curve.Agree(ours, peer, 0, secret));
            transcript.Add(secret);
            transcript.Add(curve.Agree(theirs, key, 0, secret));
            transcript.Add(secret);
            transcript.Add(curve.Sign(ours, digest, signature, 0));
            transcript.Add(signature);
            transcript.Add((int)curve.Verify(key, 0, digest, signature, 0));
            transcript.Add((int)curve.Verify(peer, 0, digest, signature, 0));
            signature[random.Below(signature.Length)] ^= (byte)(1 << random.Below(8));
            transcript.Add((int)curve.Verify(key, 0, digest, signature, 0));
            key[random.Below(key.Length)] ^= (byte)(1 << random.Below(8));
            transcript.Add((int)curve.Verify(key, 0, digest, signature, 0));
            transcript.Add(curve.Agree(ours, key, 0, secret));
            Array.Clear(signature, 0, WireSizes.Hash);
            transcript.Add((int)curve.Verify(peer, 0, digest, signature, 0));
            transcript.EndCase();
        }

        /// <summary>A board that makes its key, with a random generator that is the same everywhere: its third boot
        /// finds the key damaged.</summary>
        private void OnFlash()
        {
            MemoryValues values = new MemoryValues(new Lcg(1), 1000000);
            SeededRandom hardware = new SeededRandom();
            byte[] address = new byte[] { 1, 2, 3, 4, 5, 6 };
            for (int i = 0; i < 3; i++)
            {
                SoftwareKey chip = new SoftwareKey(
                    new StandInCrypto(), values, hardware, new StubBoard(), new NanoClock(), address);
                transcript.Add((int)chip.ReadPublicKey(key, 0));
                transcript.Add((int)chip.IncrementBootCounter(out uint boot));
                transcript.Add(boot);
                transcript.Add((int)chip.Random(secret, 0));
                transcript.Add((int)chip.Sign(secret, signature, 0));
                transcript.Add(key);
                transcript.Add(signature);
                transcript.Add((int)chip.GenerateEphemeral(key, 0));
                transcript.Add(key);
                byte[]? kept = values.Read("key");
                if (kept != null && i == 1)
                {
                    kept[3] ^= 1;
                    values.Write("key", kept);
                }

                transcript.EndCase();
            }
        }

        private sealed class SeededRandom : Random
        {
            private readonly Lcg random = new Lcg(99);

            /// <inheritdoc/>
            public override void NextBytes(byte[] buffer)
            {
                random.Fill(buffer, buffer.Length);
            }
        }
    }
}
