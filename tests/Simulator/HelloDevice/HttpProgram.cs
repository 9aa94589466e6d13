using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Text;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Networking;
using nanoFramework.Runtime.Native;

namespace HelloDevice
{
    /// <summary>Does what a test wrote into a file, word by word, and says on the console what came of it.</summary>
    public static class HttpProgram
    {
        public static void Main()
        {
            string[] lines = File.ReadAllText("I:\\script").Split('\n');
            HttpDevice device = new HttpDevice();
            foreach (string line in lines) device.Do(line);
        }
    }

    /// <summary>A request and its answer, and the beacon's own way to post frames.</summary>
    internal sealed class HttpDevice
    {
        private readonly FrameInbox _inbox = new FrameInbox(8, new AutoResetEvent(false));
        private HttpWebRequest? _request;
        private HttpWebResponse? _response;
        private Stream? _stream;
        private HttpFrames? _frames;

        private HttpWebRequest Request => _request!;

        /// <summary>Does one line; what it throws is said by its name.</summary>
        public void Do(string line)
        {
            string[] words = line.Split(' ');
            try
            {
                Console.WriteLine(words[0] + Act(words));
            }
            catch (Exception e)
            {
                string inner = e.InnerException == null ? "" : " " + e.InnerException.GetType().Name;
                Console.WriteLine(words[0] + " " + e.GetType().Name + inner);
            }
        }

        private string Act(string[] words)
        {
            switch (words[0])
            {
                case "join":
                    return WifiNetworkHelper.ConnectDhcp("net", "secret") ? "" : " failed";
                case "clock":
                    Rtc.SetSystemTime(new DateTime(int.Parse(words[1]), 1, 1));
                    return "";
                case "authority":
                    CertificateManager.AddCaCertificateBundle(File.ReadAllBytes("I:\\authority"));
                    return "";
                case "at":
                    return " " + (HighResTimer.GetCurrent() / 1000).ToString();
                case "frames":
                    NetworkJoin network = new NetworkJoin("net", "secret", new DeviceClock());
                    _frames = new HttpFrames("127.0.0.1", int.Parse(words[1]), words[2] == "tls", network, _inbox);
                    return "";
                case "exchange":
                    return Exchange(words);
                default:
                    return OnRequest(words);
            }
        }

        private string OnRequest(string[] words)
        {
            switch (words[0])
            {
                case "request":
                    _request = (HttpWebRequest)WebRequest.Create(words[2]);
                    Request.Method = words[1];
                    return "";
                case "header":
                    Request.Headers.Add(words[1], words[2]);
                    return "";
                case "length":
                    Request.ContentType = "text/plain";
                    Request.ContentLength = int.Parse(words[1]);
                    return "";
                case "timeout":
                    Request.Timeout = int.Parse(words[1]);
                    return "";
                case "readwrite":
                    Request.ReadWriteTimeout = int.Parse(words[1]);
                    return "";
                case "verify":
                    Request.SslVerification = SslVerification.CertificateRequired;
                    return "";
                case "tls12":
                    Request.SslProtocols = SslProtocols.Tls12;
                    return "";
                case "stream":
                    _stream = Request.GetRequestStream();
                    return "";
                case "write":
                    byte[] bytes = Encoding.UTF8.GetBytes(words[1]);
                    _stream!.Write(bytes, 0, bytes.Length);
                    return "";
                case "closestream":
                    _stream!.Close();
                    return "";
                default:
                    return OnAnswer(words);
            }
        }

        private string OnAnswer(string[] words)
        {
            switch (words[0])
            {
                case "answer":
                    Request.KeepAlive = false;
                    _response = (HttpWebResponse)Request.GetResponse();
                    return " " + ((int)_response.StatusCode).ToString();
                case "field":
                    string? value = _response!.Headers[words[1]];
                    return " " + (value == null ? "none" : value);
                case "read":
                    byte[] buffer = new byte[int.Parse(words[1])];
                    int read = _response!.GetResponseStream().Read(buffer, 0, buffer.Length);
                    return " " + Encoding.UTF8.GetString(buffer, 0, read);
                case "close":
                    _response!.Close();
                    Request.Dispose();
                    return "";
                default:
                    return " ?";
            }
        }

        /// <summary>Posts one frame of so many bytes, or none; says the outcome and what came down.</summary>
        private string Exchange(string[] words)
        {
            byte[] frame = new byte[int.Parse(words[1])];
            byte[] body = new byte[WireLimits.MaxPostBytes];
            int count = frame.Length == 0 ? 0 : FrameList.Append(body, 0, frame, frame.Length);
            bool needsToken = _frames!.NeedsToken;
            LinkOutcome outcome = _frames.Exchange("AQIDBAUGBwg", "token", body, count);
            string said = (needsToken ? " token " : " session ") + ((int)outcome).ToString();
            if (_frames.RetryAfterS > 0) said += " wait " + _frames.RetryAfterS.ToString();
            byte[]? down = _inbox.TryTake();
            while (down != null)
            {
                said += " " + down.Length.ToString();
                down = _inbox.TryTake();
            }

            return said;
        }
    }
}
