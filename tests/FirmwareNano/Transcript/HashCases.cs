using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>SHA-256 of every length around its blocks, in pieces, and what is built of hashes: HKDF.</summary>
    internal sealed class HashCases
    {
        private const int MaxLength = 200;
        private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4

        private readonly Transcript transcript = new Transcript("hash");
        private readonly Sha256 sha = new Sha256();
        private readonly byte[] message = new byte[MaxLength];
        private readonly byte[] hash = new byte[Sha256.Size];

        /// <summary>True if the example of the standard comes out.</summary>
        internal bool KnowsTheExample()
        {
            sha.Hash(new byte[] { 0x61, 0x62, 0x63 }, 0, 3, hash);
            return Transcript.Hex(hash, hash.Length) == Abc;
        }

        internal void Run()
        {
            Lcg random = new Lcg(1);
            random.Fill(message, message.Length);
            for (int length = 0; length < MaxLength; length++)
            {
                int cut = random.Below(length + 1);
                sha.Update(message, 0, cut);
                sha.Update(message, cut, length - cut);
                sha.Finish(hash, 0);
                transcript.Add(hash);
                if (length % 20 == 19)
                {
                    transcript.EndCase();
                }
            }

            Hkdf hkdf = new Hkdf(new StandInCrypto());
            for (int length = 1; length < 100; length += 33)
            {
                byte[] output = new byte[length];
                hkdf.Derive(hash, message, message, length % Hkdf.MaxInfoSize, output);
                transcript.Add(output);
            }

            transcript.EndCase();
        }
    }
}
