using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// An attested session: seals what goes up, recognises what comes down. Lives in RAM only. The exchange has two
    /// of these objects and uses them in turn, so that one outlives the next attestation, and no more. For one thread
    /// at a time.
    /// </summary>
    public sealed class Session
    {
        /// <summary>32 bytes: seals frames of the beacon.</summary>
        public readonly byte[] UpKey = new byte[WireSizes.Hash];

        /// <summary>32 bytes: seals frames of the service.</summary>
        public readonly byte[] DownKey = new byte[WireSizes.Hash];

        private readonly INativeCrypto _crypto;
        private readonly FrameHeader _header = new FrameHeader();
        private readonly byte[] _mac = new byte[WireSizes.Hash];
        private long _serviceUnixMs;

        /// <summary>A session that has not begun: no frame is its own.</summary>
        /// <param name="crypto">HMAC.</param>
        public Session(INativeCrypto crypto)
        {
            _crypto = crypto;
        }

        /// <summary>The service's number of the session.</summary>
        public uint Id { get; private set; }

        /// <summary>When the session began, by <see cref="Time.BoardClock.LinkMs"/>.</summary>
        public long BeganLinkMs { get; private set; }

        /// <summary>When the session ends, by <see cref="Time.BoardClock.LinkMs"/>.</summary>
        public long ExpiresLinkMs { get; private set; }

        /// <summary>Appends the tag to a frame whose header names this session.</summary>
        /// <param name="frame">Holds the frame at its start, and 8 bytes of room behind it.</param>
        /// <param name="lengthWithoutTag">Bytes of the frame so far.</param>
        /// <returns>Bytes of the sealed frame, or the negative of <see cref="WireError.NoRoom"/>.</returns>
        public int Seal(byte[] frame, int lengthWithoutTag)
        {
            int length = lengthWithoutTag + FrameTag.Size;
            if (length > frame.Length)
            {
                return -(int)WireError.NoRoom;
            }

            _crypto.HmacSha256(UpKey, frame, 0, lengthWithoutTag, _mac);
            FrameTag.Put(frame, 0, length, _mac);
            return length;
        }

        /// <summary>True if a frame names this session and ends in its tag. The tags are compared in constant
        /// time.</summary>
        /// <param name="frame">Holds the frame at its start.</param>
        /// <param name="count">Its bytes, tag included.</param>
        public bool Opens(byte[] frame, int count)
        {
            if (_header.Read(frame, 0, count) != WireError.None || _header.SessionId != Id
                || count < FrameHeader.Size + FrameTag.Size)
            {
                return false;
            }

            _crypto.HmacSha256(DownKey, frame, 0, FrameTag.Offset(count), _mac);
            return FrameTag.Matches(frame, 0, count, _mac);
        }

        /// <summary>
        /// The service's time: what it said when the session began, and what has passed since. Sealed by the service,
        /// so nobody else can set it.
        /// </summary>
        /// <param name="linkMs">Link time.</param>
        /// <returns>Milliseconds since 1970-01-01 UTC.</returns>
        public long ServiceUnixMs(long linkMs)
        {
            return _serviceUnixMs + (linkMs - BeganLinkMs);
        }

        /// <summary>Begins, in place of the session before.</summary>
        /// <param name="result">What the service said; its signature and confirmation were checked.</param>
        /// <param name="keys">Session keys after <see cref="SessionKeyLayout"/>; they are copied.</param>
        /// <param name="nowLinkMs">Link time.</param>
        public void Begin(AttestationResultFrame result, byte[] keys, long nowLinkMs)
        {
            Id = result.SessionId;
            _serviceUnixMs = result.ServiceUnixMs;
            Array.Copy(keys, SessionKeyLayout.UpKeyOffset, UpKey, 0, UpKey.Length);
            Array.Copy(keys, SessionKeyLayout.DownKeyOffset, DownKey, 0, DownKey.Length);
            BeganLinkMs = nowLinkMs;
            ExpiresLinkMs = nowLinkMs + (1000L * result.LifetimeSeconds);
        }
    }
}
