using System.Collections;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>
    /// Reads the configuration file: ASCII lines key=value, `#` starts a comment line, blank lines
    /// do nothing. What is wrong is reported by key and never by value; everything else counts.
    /// </summary>
    public sealed class ConfigParser
    {
        private const string NoKey = "(line)";

        private readonly BeaconConfig _config = new BeaconConfig();
        private readonly ArrayList _seen = new ArrayList();

        private ConfigParser()
        {
        }

        /// <summary>Reads a file.</summary>
        /// <param name="file">Its bytes; null or empty if there is none.</param>
        public static BeaconConfig Parse(byte[]? file)
        {
            ConfigParser parser = new ConfigParser();
            parser.ReadLines(file ?? new byte[0]);
            parser.CheckWhole();
            return parser._config;
        }

        /// <summary>
        /// The file without the lines of secrets, for the hash that the beacon claims:
        /// what is claimed travels in clear, and a password must not be guessed from it.
        /// </summary>
        /// <param name="file">The file.</param>
        /// <param name="target">Takes the lines; as long as the file.</param>
        /// <returns>Bytes written.</returns>
        public static int WithoutSecrets(byte[] file, byte[] target)
        {
            int written = 0;
            int start = 0;
            while (start < file.Length)
            {
                int end = LineEnd(file, start);
                if (TextOf(file, start, end).IndexOf("wifi_password") < 0)
                {
                    for (int i = start; i < end; i++)
                    {
                        target[written] = file[i];
                        written++;
                    }

                    target[written] = (byte)'\n';
                    written++;
                }

                start = end + 1;
            }

            return written;
        }

        /// <summary>Name of an error, for the console.</summary>
        public static string NameOf(ConfigError error)
        {
            switch (error)
            {
                case ConfigError.LineMalformed:
                    return "line malformed";
                case ConfigError.KeyUnknown:
                    return "key unknown";
                case ConfigError.KeyRepeated:
                    return "key repeated";
                case ConfigError.ValueInvalid:
                    return "value invalid";
                case ConfigError.KeyMissing:
                    return "key missing";
                case ConfigError.ValuesConflict:
                    return "values conflict";
                case ConfigError.FileInvalid:
                    return "file invalid";
                default:
                    return "none";
            }
        }

        private static int LineEnd(byte[] file, int start)
        {
            int end = start;
            while (end < file.Length && file[end] != (byte)'\n')
            {
                end++;
            }

            return end;
        }

        private static string TextOf(byte[] file, int start, int end)
        {
            char[] text = new char[end - start];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)file[start + i];
            }

            return new string(text).Trim();
        }

        private void ReadLines(byte[] file)
        {
            if (file.Length > DeviceLimits.ConfigMaxBytes || !IsAscii(file))
            {
                _config.Report(ConfigError.FileInvalid, NoKey);
                return;
            }

            int start = 0;
            while (start < file.Length)
            {
                int end = LineEnd(file, start);
                ReadLine(TextOf(file, start, end));
                start = end + 1;
            }
        }

        private static bool IsAscii(byte[] file)
        {
            for (int i = 0; i < file.Length; i++)
            {
                byte b = file[i];
                if (b > 0x7E || (b < 0x20 && b != '\n' && b != '\r' && b != '\t'))
                {
                    return false;
                }
            }

            return true;
        }

        private void ReadLine(string line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return;
            }

            int equals = line.IndexOf('=');
            if (equals <= 0)
            {
                _config.Report(ConfigError.LineMalformed, NoKey);
                return;
            }

            string key = line.Substring(0, equals).Trim();
            if (_seen.Contains(key))
            {
                _config.Report(ConfigError.KeyRepeated, key);
                return;
            }

            _seen.Add(key);
            ConfigError error = Take(key, line.Substring(equals + 1).Trim());
            if (error != ConfigError.None)
            {
                _config.Report(error, key);
            }
        }

        private ConfigError Take(string key, string value)
        {
            bool isTaken;
            switch (key)
            {
                case "transports":
                    isTaken = TakeTransports(value);
                    break;
                case "audience":
                    isTaken = ConfigValue.TryText(value, DeviceLimits.AudienceMaxCharacters, ref _config.Audience);
                    break;
                case "wifi_ssid":
                    isTaken = ConfigValue.TryText(value, DeviceLimits.SsidMaxBytes, ref _config.WifiSsid);
                    break;
                case "wifi_password":
                    isTaken = ConfigValue.TryText(
                        value, DeviceLimits.WifiPasswordMaxBytes, ref _config.WifiPassword);
                    break;
                case "onboarding_url":
                    isTaken = ConfigValue.TryText(
                        value, DeviceLimits.OnboardingUrlMaxCharacters, ref _config.OnboardingUrl);
                    break;
                case "root_key_1":
                    isTaken = ConfigValue.TryKey(value, ref _config.RootKey1);
                    break;
                case "root_key_2":
                    isTaken = ConfigValue.TryKey(value, ref _config.RootKey2);
                    break;
                case "privacy":
                    isTaken = value == "raw" || value == "pseudonym";
                    _config.IsRaw = value == "raw";
                    break;
                case "hardware_model":
                    isTaken = TakeHardwareModel(value);
                    break;
                case "provision_chip":
                    isTaken = TakeChipRequest(value);
                    break;
                case "region":
                    isTaken = ConfigValue.TryText(value, DeviceLimits.RegionMaxCharacters, ref _config.Region);
                    break;
                default:
                    return PolicyKeys.Take(_config, key, value);
            }

            return isTaken ? ConfigError.None : ConfigError.ValueInvalid;
        }

        private bool TakeTransports(string value)
        {
            string[] texts = value.Split(',');
            if (texts.Length > DeviceLimits.Transports)
            {
                return false;
            }

            Transport[] transports = new Transport[texts.Length];
            for (int i = 0; i < texts.Length; i++)
            {
                Transport? transport = Transport.Parse(texts[i].Trim());
                if (transport == null)
                {
                    return false;
                }

                transports[i] = transport;
            }

            _config.Transports = transports;
            return true;
        }

        private bool TakeChipRequest(string value)
        {
            switch (value)
            {
                case "check":
                    _config.Chip = ChipRequest.Check;
                    return true;
                case "lock_for_ever":
                    _config.Chip = ChipRequest.LockForEver;
                    return true;
                default:
                    return false;
            }
        }

        private bool TakeHardwareModel(string value)
        {
            int number = 0;
            if (!ConfigValue.TryInteger(value, 1, ushort.MaxValue, ref number))
            {
                return false;
            }

            _config.HardwareModel = (HardwareModel)number;
            return true;
        }

        private void CheckWhole()
        {
            RadioPolicy radio = _config.Radio;
            if (radio.AdvertiseMs + DeviceLimits.SlotMinMs > radio.CycleMs)
            {
                _config.Report(ConfigError.ValuesConflict, "advertise_ms");
                radio.CycleMs = DeviceLimits.CycleMs;
                radio.AdvertiseMs = DeviceLimits.AdvertiseMs;
            }

            if (_config.Transports.Length == 0)
            {
                _config.Report(ConfigError.KeyMissing, "transports");
            }

            if (_config.Audience.Length == 0)
            {
                _config.Report(ConfigError.KeyMissing, "audience");
            }

            if (_config.RootKey1 == null)
            {
                _config.Report(ConfigError.KeyMissing, "root_key_1");
            }
        }
    }
}
