using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// SHA-256 of the messages that are signed (README of the protocol, section 3 and 7), part by part, so that no
    /// message needs a buffer of its own.
    /// </summary>
    internal sealed class MessageDigest
    {
        private readonly Sha256 _hash = new Sha256();
        private readonly byte[] _domain = new byte[DomainPrefix.Size];

        /// <summary>Begins with D(<paramref name="domain"/>).</summary>
        internal MessageDigest Start(string domain)
        {
            DomainPrefix.Write(_domain, 0, domain);
            return Start().Add(_domain);
        }

        /// <summary>Begins a message without a domain.</summary>
        internal MessageDigest Start()
        {
            _hash.Reset();
            return this;
        }

        internal MessageDigest Add(byte[] part)
        {
            return Add(part, part.Length);
        }

        internal MessageDigest Add(byte[] part, int count)
        {
            return Add(part, 0, count);
        }

        internal MessageDigest Add(byte[] part, int offset, int count)
        {
            _hash.Update(part, offset, count);
            return this;
        }

        /// <summary>Writes the 32 bytes of the hash.</summary>
        internal void Finish(byte[] digest32)
        {
            _hash.Finish(digest32, 0);
        }
    }
}
