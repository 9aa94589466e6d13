using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// SHA-256 of the messages that are signed (README of the protocol, section 3 and 7), part by part, so that no
    /// message needs a buffer of its own.
    /// </summary>
    public sealed class MessageDigest
    {
        private readonly Sha256 _hash = new Sha256();
        private readonly byte[] _domain = new byte[DomainPrefix.Size];

        /// <summary>Begins with D(<paramref name="domain"/>).</summary>
        public MessageDigest Start(string domain)
        {
            DomainPrefix.Write(_domain, 0, domain);
            return Start().Add(_domain);
        }

        /// <summary>Begins a message without a domain.</summary>
        public MessageDigest Start()
        {
            _hash.Reset();
            return this;
        }

        /// <summary>Adds a whole array.</summary>
        public MessageDigest Add(byte[] part)
        {
            return Add(part, part.Length);
        }

        /// <summary>Adds the start of an array.</summary>
        /// <param name="part">Holds it.</param>
        /// <param name="count">Bytes.</param>
        public MessageDigest Add(byte[] part, int count)
        {
            return Add(part, 0, count);
        }

        /// <summary>Adds a piece of an array.</summary>
        /// <param name="part">Holds it.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Bytes.</param>
        public MessageDigest Add(byte[] part, int offset, int count)
        {
            _hash.Update(part, offset, count);
            return this;
        }

        /// <summary>Writes the 32 bytes of the hash.</summary>
        public void Finish(byte[] digest32)
        {
            _hash.Finish(digest32, 0);
        }
    }
}
