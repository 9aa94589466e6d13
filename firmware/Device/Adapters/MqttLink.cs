using System;
using System.Text;
using System.Threading;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// The broker over M2Mqtt. Its constructor resolves the name and throws, its Publish only queues, a
    /// refused connection must be closed, and it never reconnects: every connection is a new client here.
    /// </summary>
    public sealed class MqttLink : ILink
    {
        private readonly Transport _transport;
        private readonly NetworkJoin _network;
        private readonly FrameInbox _inbox;
        private readonly AutoResetEvent _wake;
        private MqttClient? _client;
        private string _downTopic = "";
        private int _isSubscriptionRefused;

        /// <summary>A link that is not connected.</summary>
        /// <param name="transport">Says where the broker is.</param>
        /// <param name="network">Joined before each connection.</param>
        /// <param name="inbox">Takes the service's frames.</param>
        /// <param name="wake">Set when the connection ends.</param>
        public MqttLink(Transport transport, NetworkJoin network, FrameInbox inbox, AutoResetEvent wake)
        {
            _transport = transport;
            _network = network;
            _inbox = inbox;
            _wake = wake;
        }

        /// <inheritdoc/>
        public TransportKind Kind
        {
            get { return TransportKind.Mqtt; }
        }

        /// <inheritdoc/>
        public bool IsConnected
        {
            get
            {
                MqttClient? client = _client;
                return client != null && client.IsConnected
                    && Interlocked.CompareExchange(ref _isSubscriptionRefused, 0, 0) == 0;
            }
        }

        /// <inheritdoc/>
        public bool HasWork
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public int RetryAfterS
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public void Work()
        {
            // M2Mqtt sends by itself.
        }

        /// <inheritdoc/>
        public LinkOutcome Connect(string clientId, string user, string password)
        {
            Disconnect();
            if (!_network.Join(_transport.IsTls))
            {
                return LinkOutcome.NoNetwork;
            }

            try
            {
                bool isTls = _transport.IsTls;
                MqttSslProtocols tls = isTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None;
                _client = new MqttClient(_transport.Host, _transport.Port, isTls, null, null, tls);
                LinkOutcome outcome = Open(_client, clientId, user, password);
                if (outcome != LinkOutcome.Connected)
                {
                    Disconnect();
                }

                return outcome;
            }
            catch (Exception)
            {
                Disconnect();
                return LinkOutcome.Unreachable;
            }
        }

        /// <inheritdoc/>
        public void Disconnect()
        {
            MqttClient? client = _client;
            _client = null;
            if (client == null)
            {
                return;
            }

            client.MqttMsgPublishReceived -= OnReceived;
            client.MqttMsgSubscribed -= OnSubscribed;
            client.ConnectionClosed -= OnClosed;
            try
            {
                client.Close();
            }
            catch (Exception)
            {
                // A dead connection is as closed as it can be.
            }
        }

        /// <inheritdoc/>
        public bool Publish(string topic, byte[] payload, int count)
        {
            MqttClient? client = _client;
            if (client == null || !client.IsConnected)
            {
                return false;
            }

            byte[] message = new byte[count];
            Array.Copy(payload, 0, message, 0, count);
            try
            {
                client.Publish(topic, message, null, null, MqttQoSLevel.AtLeastOnce, false);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private LinkOutcome Open(MqttClient client, string clientId, string user, string password)
        {
            Interlocked.Exchange(ref _isSubscriptionRefused, 0);
            _downTopic = MqttTopics.Down(clientId);
            string statusTopic = MqttTopics.StatusHint(clientId);
            client.Settings.InflightQueueSize = DeviceLimits.LinkQueueFrames;
            client.Settings.ValidateServerCertificate = true;
            client.MqttMsgPublishReceived += OnReceived;
            client.MqttMsgSubscribed += OnSubscribed;
            client.ConnectionClosed += OnClosed;
            MqttReasonCode code = client.Connect(
                clientId,
                user,
                password,
                false,
                MqttQoSLevel.AtLeastOnce,
                true,
                statusTopic,
                MqttTopics.Offline,
                true,
                DeviceLimits.KeepAliveSeconds);
            if (code != MqttReasonCode.Success)
            {
                return OutcomeOf(code);
            }

            client.Subscribe(new string[] { _downTopic }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
            byte[] online = Encoding.UTF8.GetBytes(MqttTopics.Online);
            client.Publish(statusTopic, online, null, null, MqttQoSLevel.AtLeastOnce, false);
            return LinkOutcome.Connected;
        }

        private static LinkOutcome OutcomeOf(MqttReasonCode code)
        {
            switch (code)
            {
                case MqttReasonCode.ConnectionRefusedIdentifierRejected:
                case MqttReasonCode.ConnectionRefusedBadUserNameOrPassword:
                case MqttReasonCode.ConnectionRefusedNotAuthorized:
                case MqttReasonCode.ClientIdentifierNotValid:
                case MqttReasonCode.BadUserNameOrPassword:
                case MqttReasonCode.NotAuthorized:
                case MqttReasonCode.Banned:
                    return LinkOutcome.NotAuthorized;
                default:
                    return LinkOutcome.Refused;
            }
        }

        private void OnReceived(object sender, MqttMsgPublishEventArgs e)
        {
            if (sender == _client && e.Topic == _downTopic && e.Message != null)
            {
                _inbox.Put(e.Message);
            }
        }

        private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
        {
            MqttQoSLevel[] granted = e.GrantedQoSLevels;
            if (granted != null && granted.Length > 0 && granted[0] == MqttQoSLevel.GrantedFailure)
            {
                Interlocked.Exchange(ref _isSubscriptionRefused, 1);
                _wake.Set();
            }
        }

        private void OnClosed(object sender, EventArgs e)
        {
            _wake.Set();
        }
    }
}
