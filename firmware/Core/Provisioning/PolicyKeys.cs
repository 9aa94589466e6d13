using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>The keys of the configuration that say what the beacon does: radio, filters, reports, queue.</summary>
    internal static class PolicyKeys
    {
        /// <summary>Takes a key that is a policy of radio, filters, reports or queue.</summary>
        internal static ConfigError Take(BeaconConfig config, string key, string value)
        {
            const int min = DeviceLimits.RadioSettingMinMs;
            const int max = DeviceLimits.RadioSettingMaxMs;
            RadioPolicy radio = config.Radio;
            bool isTaken;
            switch (key)
            {
                case "report_ms":
                    isTaken = ConfigValue.TryInteger(value, min, max, ref radio.ReportMs);
                    break;
                case "cycle_ms":
                    isTaken = ConfigValue.TryInteger(value, min, max, ref radio.CycleMs);
                    break;
                case "advertise_ms":
                    isTaken = ConfigValue.TryInteger(value, 0, max, ref radio.AdvertiseMs);
                    break;
                case "cycle_stretch_max":
                    isTaken = ConfigValue.TryInteger(
                        value, 1, DeviceLimits.CycleStretchLimit, ref radio.CycleStretchMax);
                    break;
                case "queue_max_bytes":
                    isTaken = ConfigValue.TryInteger(
                        value, DeviceLimits.QueueMinBytes, DeviceLimits.QueueMaxBytes, ref config.QueueMaxBytes);
                    break;
                case "wifi_scan_every_ms":
                    isTaken = TakeIntervalOrNone(value, ref radio.WifiScanEveryMs);
                    break;
                case "wifi_scan_live_every_ms":
                    isTaken = TakeIntervalOrNone(value, ref radio.WifiScanLiveEveryMs);
                    break;
                default:
                    return TakeFilter(config.Filter, key, value);
            }

            return isTaken ? ConfigError.None : ConfigError.ValueInvalid;
        }

        private static bool TakeIntervalOrNone(string value, ref int intervalMs)
        {
            if (value == "0")
            {
                intervalMs = 0;
                return true;
            }

            return ConfigValue.TryInteger(
                value, DeviceLimits.RadioSettingMinMs, DeviceLimits.RadioSettingMaxMs, ref intervalMs);
        }

        private static ConfigError TakeFilter(FilterPolicy filter, string key, string value)
        {
            bool isTaken;
            switch (key)
            {
                case "filter_rssi_floor":
                    isTaken = ConfigValue.TryDbm(value, ref filter.RssiFloorDbm);
                    break;
                case "filter_addresses":
                    isTaken = ConfigValue.TryHexList(value, 2 * WireSizes.Address, ref filter.Addresses);
                    break;
                case "filter_services":
                    isTaken = TakeList(value, ref filter.Services);
                    break;
                case "filter_manufacturers":
                    isTaken = TakeList(value, ref filter.Manufacturers);
                    break;
                case "filter_change_db":
                    isTaken = ConfigValue.TryInteger(value, 0, DeviceLimits.ChangeMaxDb, ref filter.ChangeDb);
                    break;
                case "report_extras":
                    isTaken = TakeExtras(value, filter);
                    break;
                default:
                    return ConfigError.KeyUnknown;
            }

            return isTaken ? ConfigError.None : ConfigError.ValueInvalid;
        }

        private static bool TakeList(string value, ref ushort[] list)
        {
            ulong[] numbers = new ulong[0];
            if (!ConfigValue.TryHexList(value, 4, ref numbers))
            {
                return false;
            }

            list = new ushort[numbers.Length];
            for (int i = 0; i < numbers.Length; i++)
            {
                list[i] = (ushort)numbers[i];
            }

            return true;
        }

        /// <summary>"none", or names of extras separated by commas.</summary>
        private static bool TakeExtras(string value, FilterPolicy filter)
        {
            int extras = 0;
            string[] names = value == "none" ? new string[0] : value.Split(',');
            for (int i = 0; i < names.Length; i++)
            {
                ReportExtra extra = ExtraNamed(names[i].Trim());
                if (extra == ReportExtra.None)
                {
                    return false;
                }

                extras |= 1 << (int)extra;
            }

            filter.Extras = extras;
            return true;
        }

        private static ReportExtra ExtraNamed(string name)
        {
            switch (name)
            {
                case "advertisement_type":
                    return ReportExtra.AdvertisementType;
                case "tx_power":
                    return ReportExtra.TxPower;
                case "recognised":
                    return ReportExtra.Recognised;
                case "eid":
                    return ReportExtra.Eid;
                case "fingerprint":
                    return ReportExtra.Fingerprint;
                default:
                    return ReportExtra.None;
            }
        }
    }
}
