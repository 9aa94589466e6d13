namespace LumenLink.Protocol
{
    /// <summary>
    /// D(s): what a signed or MACed message starts with, so that none can be taken for another (README section 3,
    /// "Domains"). ASCII, padded with zero bytes to 16.
    /// </summary>
    public static class DomainPrefix
    {
        /// <summary>Bytes of a prefix.</summary>
        public const int Size = 16;

        /// <summary>Root's signature over a service certificate.</summary>
        public const string Certificate = "LL1.cert";

        /// <summary>Service's own MAC over a challenge.</summary>
        public const string ChallengeMac = "LL1.chalmac";

        /// <summary>Service's signature over a challenge.</summary>
        public const string Challenge = "LL1.challenge";

        /// <summary>Beacon's signature over evidence.</summary>
        public const string Evidence = "LL1.evidence";

        /// <summary>HKDF info of the session keys.</summary>
        public const string Session = "LL1.session";

        /// <summary>Service's signature over a refusal.</summary>
        public const string Refusal = "LL1.refusal";

        /// <summary>Beacon's signature over a connection token.</summary>
        public const string Token = "LL1.token";

        /// <summary>Service's signature over a configuration.</summary>
        public const string Config = "LL1.config";

        /// <summary>Writes D(<paramref name="domain"/>) and returns the index behind it.</summary>
        public static int Write(byte[] buffer, int at, string domain)
        {
            for (int i = 0; i < Size; i++)
            {
                buffer[at + i] = i < domain.Length ? (byte)domain[i] : (byte)0;
            }

            return at + Size;
        }
    }
}
