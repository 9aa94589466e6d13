using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What the configuration file says; defaults where it says nothing.</summary>
    public sealed class BeaconConfig
    {
        /// <summary>The ways to the service, best first; none: the beacon only queues.</summary>
        public Transport[] Transports = new Transport[0];

        /// <summary>Name of the service that connection tokens are for.</summary>
        public string Audience = "";

        /// <summary>Wi-Fi network; empty if the board joins by itself.</summary>
        public string WifiSsid = "";

        /// <summary>Password of the Wi-Fi network. Never printed.</summary>
        public string WifiPassword = "";

        /// <summary>Page that whoever provisioned the beacon is sent to; empty for none.</summary>
        public string OnboardingUrl = "";

        /// <summary>Operator root key, 64 bytes; null if not given.</summary>
        public byte[]? RootKey1;

        /// <summary>The operator's next root key, 64 bytes; null if not given.</summary>
        public byte[]? RootKey2;

        /// <summary>True to report addresses as they are instead of pseudonyms.</summary>
        public bool IsRaw;

        /// <summary>Which board this is.</summary>
        public HardwareModel HardwareModel = HardwareModel.Esp32S3;

        /// <summary>What is to be done to the secure element first.</summary>
        public ChipRequest Chip;

        /// <summary>Where the beacon stands, for the console; the service takes the region from its registry.</summary>
        public string Region = "";

        /// <summary>Flash that the queue may take, bytes.</summary>
        public int QueueMaxBytes = DeviceLimits.QueueMaxBytes;

        /// <summary>Lengths of the radio's slots.</summary>
        public readonly RadioPolicy Radio = new RadioPolicy();

        /// <summary>Which sightings are recorded, and what is said of them.</summary>
        public readonly FilterPolicy Filter = new FilterPolicy();

        /// <summary>Problems found.</summary>
        public int ProblemCount;

        /// <summary>Kinds of the problems; at most <see cref="DeviceLimits.ConfigProblems"/> are kept.</summary>
        public readonly ConfigError[] Problems = new ConfigError[DeviceLimits.ConfigProblems];

        /// <summary>Keys of the problems; never values.</summary>
        public readonly string[] ProblemKeys = new string[DeviceLimits.ConfigProblems];

        /// <summary>True if the uplink has what it needs.</summary>
        public bool CanConnect
        {
            get { return Transports.Length > 0 && Audience.Length > 0 && RootKey1 != null; }
        }

        /// <summary>Adds a problem.</summary>
        public void Report(ConfigError error, string key)
        {
            if (ProblemCount < Problems.Length)
            {
                Problems[ProblemCount] = error;
                ProblemKeys[ProblemCount] = key;
            }

            ProblemCount++;
        }
    }
}
