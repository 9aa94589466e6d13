using System;
using System.Net.NetworkInformation;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// The Wi-Fi network in the board's own configuration: the firmware image joins it by itself, `nanoff` writes it,
    /// and trying a network overwrites it before anybody knows whether the credentials are right.
    /// </summary>
    public sealed class BoardWifi
    {
        /// <summary>Reads what is stored.</summary>
        public BoardWifi()
        {
            Wireless80211Configuration? stored = Stored();
            if (stored != null)
            {
                Ssid = stored.Ssid ?? "";
                Password = stored.Password ?? "";
            }
        }

        /// <summary>Its name as it was read; empty for none.</summary>
        public string Ssid { get; } = "";

        /// <summary>Its password. Never printed.</summary>
        public string Password { get; } = "";

        /// <summary>Stores a network, to be joined from now on.</summary>
        /// <param name="ssid">Its name; empty to forget the one that is stored.</param>
        /// <param name="password">Its password.</param>
        /// <returns>False if the board did not take it.</returns>
        public static bool Store(string ssid, string password)
        {
            try
            {
                Wireless80211Configuration? stored = Stored();
                if (stored == null)
                {
                    return false;
                }

                stored.Ssid = ssid;
                stored.Password = password;
                stored.Options = ssid.Length == 0
                    ? Wireless80211Configuration.ConfigurationOptions.Disable
                    : Wireless80211Configuration.ConfigurationOptions.AutoConnect;
                stored.SaveConfiguration();
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private static Wireless80211Configuration? Stored()
        {
            try
            {
                Wireless80211Configuration[] all = Wireless80211Configuration.GetAllWireless80211Configurations();
                return all.Length > 0 ? all[0] : null;
            }
            catch (Exception)
            {
                return null;
            }
        }
    }
}
