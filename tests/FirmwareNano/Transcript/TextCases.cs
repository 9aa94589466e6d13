using LumenLink.Beacon.Provisioning;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>Configuration files with lines and bytes changed, topics, base64url and packets of Improv.</summary>
    internal sealed class TextCases
    {
        private const string File =
            "# a beacon\ntransports=mqtts://broker.example:8883, http://lumen.example\naudience=lumenlink\n"
            + "wifi_ssid=net\r\nwifi_password=secret one\nprivacy=raw\nfilter_rssi_floor=-90\nfilter_change_db=6\n"
            + "filter_addresses=0102030405ff,aabbccddeeff\nfilter_services=feaa,180f\nreport_extras=eid,tx_power\n"
            + "report_ms=60000\ncycle_ms=10000\nadvertise_ms=1000\nqueue_max_bytes=1572864\nhardware_model=65535\n"
            + "onboarding_url=https://lumen.example/\nregion= hall 3 \n";

        private readonly Transcript transcript = new Transcript("text");
        private readonly ImprovPacket packet = new ImprovPacket();

        internal void Run()
        {
            for (uint seed = 1; seed <= 24; seed++)
            {
                Lcg random = new Lcg(seed);
                Configuration(random);
                Codes(random);
                Packets(random);
                transcript.EndCase();
            }
        }

        private void Configuration(Lcg random)
        {
            byte[] file = new byte[File.Length];
            for (int i = 0; i < file.Length; i++)
            {
                file[i] = (byte)File[i];
            }

            for (int i = random.Below(6); i > 0; i--)
            {
                const string Odd = "=\n#,:-0 9af\r";
                file[random.Below(file.Length)] = (byte)Odd[random.Below(Odd.Length)];
            }

            if (random.Below(6) == 0)
            {
                file[random.Below(file.Length)] = (byte)random.Next();
            }

            BeaconConfig config = ConfigParser.Parse(file);
            transcript.Add(config.ProblemCount);
            for (int i = 0; i < config.ProblemCount && i < config.Problems.Length; i++)
            {
                transcript.Add(ConfigParser.NameOf(config.Problems[i]));
                transcript.Add(config.ProblemKeys[i]);
            }

            for (int i = 0; i < config.Transports.Length; i++)
            {
                transcript.Add(config.Transports[i].Host);
                transcript.Add(config.Transports[i].Port);
                transcript.Add(config.Transports[i].IsTls);
            }

            for (int i = 0; i < config.Filter.Addresses.Length; i++)
            {
                transcript.Add(unchecked((int)config.Filter.Addresses[i]));
            }

            transcript.Add(config.Audience + config.WifiSsid + config.WifiPassword + config.OnboardingUrl);
            transcript.Add(config.Region);
            transcript.Add(config.IsRaw);
            transcript.Add(config.CanConnect);
            transcript.Add((int)config.HardwareModel);
            transcript.Add(config.QueueMaxBytes);
            transcript.Add(config.Radio.CycleMs + config.Radio.AdvertiseMs + config.Radio.ReportMs);
            transcript.Add(config.Filter.RssiFloorDbm);
            transcript.Add(config.Filter.Extras);
            byte[] shown = new byte[file.Length + 1];
            transcript.Add(shown, 0, ConfigParser.WithoutSecrets(file, shown));
        }

        private void Codes(Lcg random)
        {
            byte[] bytes = new byte[40];
            random.Fill(bytes, bytes.Length);
            string text = Base64Url.ToText(bytes, 1, random.Below(30));
            transcript.Add(text);
            transcript.Add(Base64Url.TryDecode(text, 0, text.Length, bytes, 2, random.Below(30)));
            transcript.Add(bytes);
            string topic = MqttTopics.Up(MqttTopics.IdText(bytes, 0));
            transcript.Add(topic);
            transcript.Add((int)MqttTopics.Parse(topic.Substring(0, topic.Length - random.Below(2)), bytes, 8));
            transcript.Add(Utf8Text.IsValid(bytes, 0, random.Below(9)));
            transcript.Add(bytes);
        }

        private void Packets(Lcg random)
        {
            byte[] bytes = new byte[24];
            random.Fill(bytes, bytes.Length);
            packet.Begin((ImprovCommand)random.Below(6));
            packet.AddString(bytes);
            packet.AddString(new byte[random.Below(250)]);
            packet.End();
            transcript.Add(packet.Bytes, 0, packet.Length);
            transcript.Add(packet.IsWhole);
            transcript.Add(packet.IsIntact);
            packet.Clear();
            bytes[1] = (byte)random.Below(24);
            transcript.Add(packet.Append(bytes, random.Below(24)));
            transcript.Add(packet.IsWhole);
            transcript.Add(packet.StringAt(random.Below(20), out int start));
            transcript.Add(start);
        }
    }
}
