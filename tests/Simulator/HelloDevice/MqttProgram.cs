using System;
using System.Collections;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using nanoFramework.Hardware.Esp32;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using nanoFramework.Networking;
using nanoFramework.Runtime.Native;

namespace HelloDevice
{
    /// <summary>Does what a test wrote into a file, word by word, and says on the console what came of it.</summary>
    public static class MqttProgram
    {
        public static void Main()
        {
            string[] lines = File.ReadAllText("I:\\script").Split('\n');
            MqttDevice device = new MqttDevice();
            foreach (string line in lines) device.Do(line);
        }
    }

    /// <summary>A client of a broker and what it was told.</summary>
    internal sealed class MqttDevice
    {
        private readonly AutoResetEvent _told = new AutoResetEvent(false);
        private readonly Hashtable _counts = new Hashtable();
        private MqttClient? _client;
        private string _onReceived = "";

        private MqttClient Client => _client!;

        /// <summary>Does one line; what it throws is said by its name.</summary>
        public void Do(string line)
        {
            string[] words = line.Split(' ');
            try
            {
                Console.WriteLine(words[0] + Act(words));
            }
            catch (MqttClientException e)
            {
                Console.WriteLine(words[0] + " MqttClientException " + ((int)e.ErrorCode).ToString());
            }
            catch (Exception e)
            {
                string inner = e.InnerException == null ? "" : " " + e.InnerException.GetType().Name;
                Console.WriteLine(words[0] + " " + e.GetType().Name + inner);
            }
        }

        private static MqttQoSLevel Qos(string word)
        {
            return (MqttQoSLevel)int.Parse(word);
        }

        private string Act(string[] words)
        {
            switch (words[0])
            {
                case "join":
                    return WifiNetworkHelper.ConnectDhcp("net", "secret") ? "" : " failed";
                case "client":
                    Make(new MqttClient(words[1], int.Parse(words[2]), false, null, null, MqttSslProtocols.None));
                    return "";
                case "tls":
                    X509Certificate authority = new X509Certificate(File.ReadAllBytes("I:\\authority"));
                    Make(new MqttClient(
                        words[1], int.Parse(words[2]), true, authority, null, MqttSslProtocols.TLSv1_2));
                    return "";
                case "clock":
                    Rtc.SetSystemTime(new DateTime(int.Parse(words[1]), 1, 1));
                    return "";
                case "trust":
                    Client.Settings.ValidateServerCertificate = false;
                    return "";
                case "version5":
                    Client.ProtocolVersion = MqttProtocolVersion.Version_5;
                    return "";
                case "queue":
                    Client.Settings.InflightQueueSize = int.Parse(words[1]);
                    return "";
                case "connect":
                    return " " + ((int)Connect(words)).ToString();
                case "will":
                    return " " + ((int)Client.Connect("board", null, null, false, MqttQoSLevel.AtLeastOnce, true,
                        words[1], words[2], true, 60)).ToString();
                case "publish":
                    return " " + Publish(words[1], words[2], Qos(words[3])).ToString();
                case "fill":
                    return " " + Client.Publish(words[1], new byte[int.Parse(words[2])]).ToString();
                case "subscribe":
                    return " " + Client.Subscribe(new string[] { words[1] }, new MqttQoSLevel[] { Qos(words[2]) })
                        .ToString();
                case "unsubscribe":
                    return " " + Client.Unsubscribe(new string[] { words[1] }).ToString();
                case "on":
                    _onReceived = words[1];
                    return "";
                case "await":
                    Await(words[1], words.Length > 2 ? int.Parse(words[2]) : 1);
                    return "";
                case "state":
                    return Client.IsConnected ? " connected" : " apart";
                case "pause":
                    Thread.Sleep(int.Parse(words[1]));
                    return "";
                case "at":
                    return " " + (HighResTimer.GetCurrent() / 1000).ToString();
                case "disconnect":
                    Client.Disconnect();
                    return "";
                case "close":
                    Client.Close();
                    return "";
                default:
                    return " ?";
            }
        }

        private void Make(MqttClient client)
        {
            _client = client;
            client.MqttMsgPublishReceived += OnReceived;
            client.MqttMsgPublished += OnPublished;
            client.MqttMsgSubscribed += OnSubscribed;
            client.MqttMsgUnsubscribed += OnUnsubscribed;
            client.ConnectionClosed += OnClosed;
        }

        private MqttReasonCode Connect(string[] words)
        {
            ushort keepAliveS = (ushort)int.Parse(words[1]);
            bool clean = words.Length < 3 || words[2] != "kept";
            return Client.Connect("board", "user", "password", clean, keepAliveS);
        }

        private ushort Publish(string topic, string text, MqttQoSLevel qos)
        {
            return Client.Publish(topic, Encoding.UTF8.GetBytes(text), null, null, qos, false);
        }

        private void OnReceived(object sender, MqttMsgPublishEventArgs e)
        {
            if (_onReceived == "length") Console.WriteLine("received " + e.Message.Length.ToString());
            else Say(e);
            if (_onReceived == "throw") throw new InvalidOperationException("the handler");
            if (_onReceived == "connect") Do("connect 60");
            if (_onReceived == "answer") Do("publish answer yes 1");
            Tell("received");
        }

        private static void Say(MqttMsgPublishEventArgs e)
        {
            Console.WriteLine("received " + e.Topic + " " + Encoding.UTF8.GetString(e.Message, 0, e.Message.Length)
                + " " + ((int)e.QosLevel).ToString() + (e.DupFlag ? " again" : "") + (e.Retain ? " retained" : ""));
        }

        private void OnPublished(object sender, MqttMsgPublishedEventArgs e)
        {
            Console.WriteLine("published " + e.MessageId.ToString() + (e.IsPublished ? "" : " given up"));
            Tell("published");
        }

        private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
        {
            Console.WriteLine("subscribed " + e.MessageId.ToString() + " " + ((int)e.GrantedQoSLevels[0]).ToString());
            Tell("subscribed");
        }

        private void OnUnsubscribed(object sender, MqttMsgUnsubscribedEventArgs e)
        {
            Console.WriteLine("unsubscribed " + e.MessageId.ToString());
            Tell("unsubscribed");
        }

        private void OnClosed(object sender, EventArgs e)
        {
            Console.WriteLine("closed " + (Client.IsConnected ? "connected" : "apart"));
            Tell("closed");
        }

        private void Tell(string what)
        {
            lock (_counts) _counts[what] = Told(what) + 1;
            _told.Set();
        }

        private int Told(string what)
        {
            lock (_counts) return _counts.Contains(what) ? (int)_counts[what] : 0;
        }

        private void Await(string what, int count)
        {
            while (Told(what) < count) _told.WaitOne();
        }
    }
}
