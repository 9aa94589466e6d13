using System;
using System.Net.NetworkInformation;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon
{
    /// <summary>
    /// Where the identity key lives: in the chip, or on flash where the configuration says so. A chip that does not
    /// answer is a beacon without an identity, never one with another: cutting a wire must not lower the level.
    /// </summary>
    public static class IdentityHome
    {
        /// <summary>Opens it; neither chip nor flash is touched yet.</summary>
        public static ISecureElement Open(
            BeaconConfig config, BoardClock clock, IBleRadio ble, INativeCrypto crypto, BeaconCounters counters)
        {
            if (config.HasFlashIdentity)
            {
                return new SoftwareKey(
                    crypto,
                    new KeyValueFiles(new FlashFolder(FieldFiles.IdentityFolder), counters),
                    new Random(),
                    new BleNoise(ble),
                    clock,
                    NetworkInterface.GetAllNetworkInterfaces()[0].PhysicalAddress);
            }

            BoardPins.ConnectChipBus(config.HardwareModel);
            return new Atecc608(new I2cBus(BoardPins.ChipBus), clock);
        }
    }
}
