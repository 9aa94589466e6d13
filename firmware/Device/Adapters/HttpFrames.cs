using System;
using System.IO;
using System.Net;
using System.Net.Security;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Frames over HTTP, for networks that block MQTT (shared-protocol/README.md, section 10). A post has a connection
    /// of its own and blocks: on the link thread only. Nothing throws. Connecting heeds no time limit but the network
    /// stack's, and on the board every thread may stand still meanwhile: post when the network is there.
    /// </summary>
    public sealed class HttpFrames
    {
        private const string Post = "POST";
        private const string RetryAfter = "Retry-After";

        private readonly string _url;
        private readonly bool _tls;
        private readonly NetworkJoin _network;
        private readonly FrameInbox _inbox;
        private readonly byte[] _length = new byte[FrameList.LengthSize];
        private string _session = "";

        /// <summary>A way to the service; nothing is connected yet.</summary>
        /// <param name="host">Name or address of the service; its certificate must be for it.</param>
        /// <param name="port">TCP port.</param>
        /// <param name="tls">True but in experiments.</param>
        /// <param name="network">Joined before each post.</param>
        /// <param name="inbox">Takes the service's frames.</param>
        public HttpFrames(string host, int port, bool tls, NetworkJoin network, FrameInbox inbox)
        {
            _url = (tls ? "https://" : "http://") + host + ":" + port.ToString() + FramePost.Path;
            _tls = tls;
            _network = network;
            _inbox = inbox;
        }

        /// <summary>
        /// True if the next post needs a connection token of its own; else what is given for one is not used. To be
        /// asked while no post runs.
        /// </summary>
        public bool NeedsToken
        {
            get { return _session.Length == 0; }
        }

        /// <summary>Seconds that the last answer asked to wait before the next post; 0 if it did not.</summary>
        public int RetryAfterS { get; private set; }

        /// <summary>Sends frames up and puts those that come down into the inbox.</summary>
        /// <param name="idText">Text form of the beacon id.</param>
        /// <param name="token">Connection token, not used before; may be empty if none is needed.</param>
        /// <param name="body">Holds frames from its start, appended by <see cref="FrameList"/>.</param>
        /// <param name="count">Bytes of them; 0 asks only.</param>
        /// <returns>
        /// Connected: the service took the frames; what it did not receipt it may not have. NotAuthorized: the token is
        /// refused, or, if none was needed, the session is over: then again with a token. Refused: not now.
        /// </returns>
        public LinkOutcome Exchange(string idText, string token, byte[] body, int count)
        {
            RetryAfterS = 0;
            if (!_network.Join(_tls))
            {
                return LinkOutcome.NoNetwork;
            }

            HttpWebRequest? request = null;
            HttpWebResponse? response = null;
            try
            {
                request = (HttpWebRequest)WebRequest.Create(_url);
                Prepare(request, NeedsToken ? FramePost.Token(idText, token) : FramePost.Session(_session), count);

                // Closing this stream would close the connection; the request does it.
                request.GetRequestStream().Write(body, 0, count);
                response = (HttpWebResponse)request.GetResponse();
                return Take(response);
            }
            catch (Exception)
            {
                return LinkOutcome.Unreachable;
            }
            finally
            {
                End(request, response);
            }
        }

        private static void Prepare(HttpWebRequest request, string authorization, int count)
        {
            request.Method = Post;
            request.ContentType = FramePost.ContentType;
            request.ContentLength = count;
            request.Timeout = DeviceLimits.HttpAnswerMs;
            request.ReadWriteTimeout = DeviceLimits.HttpReadWriteMs;

            // Kept connections are not sound in this library. Without these two the certificate is not looked at.
            request.KeepAlive = false;
            request.SslProtocols = SslProtocols.Tls12;
            request.SslVerification = SslVerification.CertificateRequired;
            request.Headers.Add("Authorization", authorization);
        }

        private static void End(HttpWebRequest? request, HttpWebResponse? response)
        {
            try
            {
                if (response != null)
                {
                    response.Close();
                }

                if (request != null)
                {
                    request.Dispose();
                }
            }
            catch (Exception)
            {
                // A dead connection is as closed as it can be.
            }
        }

        private LinkOutcome Take(HttpWebResponse response)
        {
            string? session = response.Headers[FramePost.SessionHeader];
            if (session != null && session.Length <= FramePost.MaxSessionCharacters)
            {
                _session = session;
            }

            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return TakeFrames(response.GetResponseStream()) ? LinkOutcome.Connected : LinkOutcome.Refused;
                case HttpStatusCode.Unauthorized:
                case HttpStatusCode.Forbidden:
                    _session = "";
                    return LinkOutcome.NotAuthorized;
                default:
                    RetryAfterS = Seconds(response.Headers[RetryAfter]);
                    return LinkOutcome.Refused;
            }
        }

        /// <summary>Puts each frame into the inbox as it comes; false when the rest cannot be told apart.</summary>
        private bool TakeFrames(Stream stream)
        {
            for (int frames = 0; ; frames++)
            {
                int read = Fill(stream, _length);
                if (read == 0)
                {
                    return true;
                }

                int length = FrameList.LengthAt(_length, 0);
                if (frames == WireLimits.MaxPostFrames || read < FrameList.LengthSize
                    || length == 0 || length > WireLimits.MaxFrameBytes)
                {
                    return false;
                }

                byte[] frame = new byte[length];
                if (Fill(stream, frame) < length)
                {
                    return false;
                }

                _inbox.Put(frame);
            }
        }

        /// <summary>Reads until the buffer is full or the body ends.</summary>
        private static int Fill(Stream stream, byte[] buffer)
        {
            int at = 0;
            while (at < buffer.Length)
            {
                int read = stream.Read(buffer, at, buffer.Length - at);
                if (read <= 0)
                {
                    break;
                }

                at += read;
            }

            return at;
        }

        private static int Seconds(string? text)
        {
            return text != null && int.TryParse(text, out int seconds) && seconds > 0 ? seconds : 0;
        }
    }
}
