using System;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon
{
    /// <summary>
    /// What the beacon says on its console: its start, and what changes. Names
    /// and numbers, and its public key if nothing else tells it; never a secret, never values of the configuration.
    /// </summary>
    public sealed class ConsoleLog
    {
        private const string Digits = "0123456789abcdef";

        private readonly BeaconParts _parts;
        private UplinkState _state;
        private bool _isChipKnown;
        private long _chipFailures;
        private long _connectFailures;
        private long _radioFaults;
        private int _refusal = -1;

        /// <summary>A log that has said nothing yet.</summary>
        public ConsoleLog(BeaconParts parts)
        {
            _parts = parts;
        }

        /// <summary>Says what starts, and what is wrong with its configuration.</summary>
        /// <param name="config">The configuration.</param>
        /// <param name="version">Version of the signed configuration in it; 0 for none.</param>
        /// <param name="claims">What the board states about itself.</param>
        public static void Start(BeaconConfig config, uint version, DeviceClaims claims)
        {
            Console.WriteLine(claims.SwName + " " + claims.SwVersion + " on " + claims.Target);
            if (version != 0)
            {
                Console.WriteLine("config: signed, version " + version.ToString());
            }

            int named = config.ProblemCount < config.Problems.Length ? config.ProblemCount : config.Problems.Length;
            for (int i = 0; i < named; i++)
            {
                Console.WriteLine("config: " + config.ProblemKeys[i] + ": " + ConfigParser.NameOf(config.Problems[i]));
            }

            if (!config.CanConnect)
            {
                Console.WriteLine("config: no uplink, records only queue");
            }
        }

        /// <summary>Says one thing.</summary>
        public static void Say(string line)
        {
            Console.WriteLine(line);
        }

        /// <summary>Bytes in words.</summary>
        public static string Hex(byte[] bytes)
        {
            char[] text = new char[2 * bytes.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                text[2 * i] = Digits[bytes[i] >> 4];
                text[(2 * i) + 1] = Digits[bytes[i] & 15];
            }

            return new string(text);
        }

        /// <summary>Says that the loop caught a fault; its kind only, since a message may hold anything.</summary>
        public static void Fault(Exception e)
        {
            Console.WriteLine("fault: " + e.GetType().FullName);
        }

        /// <summary>Says what has changed since the last call.</summary>
        public void TellChanges()
        {
            BeaconCounters counters = _parts.Counters;
            TellChip(counters);
            if (counters.RadioFaults != _radioFaults)
            {
                _radioFaults = counters.RadioFaults;
                Console.WriteLine("radio: refused a start, " + _radioFaults.ToString() + " in all");
            }

            if (counters.ConnectFailures != _connectFailures)
            {
                _connectFailures = counters.ConnectFailures;
                Console.WriteLine("link: " + NameOf(_parts.Keeper.LastOutcome));
            }

            if (counters.RefusalOutcome != _refusal)
            {
                _refusal = counters.RefusalOutcome;
                Console.WriteLine("attestation: refused, outcome " + _refusal.ToString());
            }

            if (_parts.Uplink.State != _state)
            {
                _state = _parts.Uplink.State;
                Console.WriteLine("uplink: " + NameOf(_state));
            }
        }

        private bool IsSoftwareKey
        {
            get { return _parts.Chip.Home == KeyHome.SoftwareKey; }
        }

        private void TellChip(BeaconCounters counters)
        {
            if (_parts.Identity.IsKnown != _isChipKnown)
            {
                _isChipKnown = _parts.Identity.IsKnown;
                Console.WriteLine("beacon " + _parts.Identity.IdText + ", boot " + _parts.Identity.Boot.ToString());
                if (_isChipKnown && IsSoftwareKey)
                {
                    // No bench reads it out of a chip: whoever enrols the beacon reads it here.
                    Console.WriteLine("key: in flash, it can be copied");
                    Console.WriteLine("key: public key " + Hex(_parts.Identity.PublicKey));
                }
            }

            if (counters.ChipFailures != _chipFailures)
            {
                _chipFailures = counters.ChipFailures;
                string missing = _isChipKnown ? "" : "; without it nothing is scanned for or sent";
                string what = IsSoftwareKey ? "key: failed " : "chip: failed ";
                Console.WriteLine(what + _chipFailures.ToString() + " times" + missing);
            }
        }

        private static string NameOf(LinkOutcome outcome)
        {
            switch (outcome)
            {
                case LinkOutcome.Connected:
                    return "connected";
                case LinkOutcome.NoNetwork:
                    return "no network";
                case LinkOutcome.Unreachable:
                    return "broker unreachable";
                case LinkOutcome.NotAuthorized:
                    return "not authorized";
                case LinkOutcome.Refused:
                    return "refused";
                default:
                    return "faulted";
            }
        }

        private static string NameOf(UplinkState state)
        {
            switch (state)
            {
                case UplinkState.Offline:
                    return "offline";
                case UplinkState.BackOff:
                    return "backing off";
                case UplinkState.Connecting:
                    return "connecting";
                case UplinkState.Unattested:
                    return "connected, not attested";
                case UplinkState.Refused:
                    return "connected, refused";
                case UplinkState.HelloSent:
                    return "hello sent";
                case UplinkState.EvidenceSent:
                    return "evidence sent";
                default:
                    return "online";
            }
        }
    }
}
