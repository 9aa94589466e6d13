using System;
using System.IO;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;

namespace LumenLink.Beacon
{
    /// <summary>What the board does from boot to reboot: it is a beacon, or it is provisioned. Never both.</summary>
    public abstract class BootMode
    {
        private const string ConfigPath = "I:\\lumenlink.cfg";

        /// <summary>True while blocking work waits for <see cref="RunLinkJob"/>.</summary>
        public abstract bool LinkJobPending { get; }

        /// <summary>Set when it should tick before its time.</summary>
        public abstract AutoResetEvent Wake { get; }

        /// <summary>What has happened since boot.</summary>
        public abstract BeaconCounters Counters { get; }

        /// <summary>
        /// Reads the configuration and decides. Touches neither radio nor network yet. Waits while the button is down.
        /// </summary>
        public static BootMode Create()
        {
            byte[]? file = ReadConfig();
            BeaconConfig config = ConfigParser.Parse(file);
            DeviceClaims claims = FirmwareClaims.Gather(config, file);
            ConsoleLog.Start(config, claims);

            BoardPieces pieces = new BoardPieces(config);
            ChipSetup.Run(config, pieces.Clock);
            BootRequest request = pieces.Field.ReadRequest();
            if (request == BootRequest.Reset)
            {
                pieces.Field.Erase();
                ConsoleLog.Say("boot: reset, what was given in the field is gone");
            }

            bool isConfigured = BootChoice.IsConfigured(config, new BoardWifi().Ssid.Length > 0);
            if (BootChoice.Provisions(isConfigured, pieces.Button.IsHeld(pieces.Clock), request))
            {
                return new ProvisioningMode(config, claims, pieces, isConfigured);
            }

            return BeaconComposition.Create(config, claims, pieces);
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds of board time until it wants to run again.</returns>
        public abstract int Tick();

        /// <summary>Does the blocking work of the link. On another thread than <see cref="Tick"/>.</summary>
        public abstract void RunLinkJob();

        /// <summary>
        /// Sees whether <see cref="Tick"/> is still called; every <see cref="DeviceLimits.SupervisorMs"/>, on a thread
        /// of its own. Whoever provisions a board stands before it: nobody else needs to see that it hangs.
        /// </summary>
        public virtual void Supervise()
        {
        }

        /// <summary>Puts away what it has, and ends what it does with the radio.</summary>
        public abstract void RequestFlush();

        private static byte[]? ReadConfig()
        {
            try
            {
                return File.Exists(ConfigPath) ? File.ReadAllBytes(ConfigPath) : null;
            }
            catch (Exception)
            {
                return null;
            }
        }
    }
}
