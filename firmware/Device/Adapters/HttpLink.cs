using System.Threading;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Posts over HTTP as a transport. What is published waits for the link thread, which posts it; while a post runs,
    /// nothing more is taken. There is no connection that could break: it is over when a post fails or when the session
    /// needs a new token.
    /// </summary>
    public sealed class HttpLink : ILink
    {
        private readonly HttpFrames _frames;
        private readonly AutoResetEvent _wake;
        private readonly object _lock = new object();
        private readonly byte[] _body = new byte[DeviceLimits.HttpBodyBytes];
        private string _idText = "";
        private int _count;
        private bool _isOpen;
        private bool _isPosting;

        /// <summary>A link that has not posted yet.</summary>
        /// <param name="frames">Posts.</param>
        /// <param name="wake">Set when a post failed.</param>
        public HttpLink(HttpFrames frames, AutoResetEvent wake)
        {
            _frames = frames;
            _wake = wake;
        }

        /// <inheritdoc/>
        public TransportKind Kind
        {
            get { return TransportKind.Http; }
        }

        /// <inheritdoc/>
        public bool IsConnected
        {
            get
            {
                lock (_lock)
                {
                    return _isOpen;
                }
            }
        }

        /// <inheritdoc/>
        public bool HasWork
        {
            get
            {
                lock (_lock)
                {
                    return _isOpen && _count > 0 && !_isPosting;
                }
            }
        }

        /// <inheritdoc/>
        public int RetryAfterS
        {
            get { return _frames.RetryAfterS; }
        }

        /// <summary>Posts nothing: that shows whether the way is open, and brings what was late.</summary>
        public LinkOutcome Connect(string clientId, string user, string password)
        {
            Disconnect();
            _idText = clientId;
            bool hadSession = !_frames.NeedsToken;
            LinkOutcome outcome = _frames.Exchange(clientId, password, _body, 0);
            if (outcome == LinkOutcome.NotAuthorized && hadSession)
            {
                outcome = _frames.Exchange(clientId, password, _body, 0);
            }

            lock (_lock)
            {
                _isOpen = outcome == LinkOutcome.Connected;
            }

            return outcome;
        }

        /// <inheritdoc/>
        public void Disconnect()
        {
            lock (_lock)
            {
                _isOpen = false;
                _count = 0;
            }
        }

        /// <inheritdoc/>
        public bool Publish(string topic, byte[] payload, int count)
        {
            lock (_lock)
            {
                int length = _isOpen && !_isPosting ? FrameList.Append(_body, _count, payload, count) : -1;
                _count = length > 0 ? length : _count;
                return length > 0;
            }
        }

        /// <inheritdoc/>
        public void Work()
        {
            int count;
            lock (_lock)
            {
                count = _count;
                _isPosting = true;
            }

            bool isTaken = !_frames.NeedsToken
                && _frames.Exchange(_idText, "", _body, count) == LinkOutcome.Connected;
            lock (_lock)
            {
                _isPosting = false;
                _isOpen = isTaken;
                _count = 0;
            }

            if (!isTaken)
            {
                _wake.Set();
            }
        }
    }
}
