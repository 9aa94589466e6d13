using System;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon
{
    /// <summary>
    /// Provisions the secure element when the configuration file asks for it, and tells on the console what came of it
    /// and what the registry needs. A chip that is provisioned already is only read: the request may stay in the file.
    /// </summary>
    public static class ChipSetup
    {
        private const string Digits = "0123456789abcdef";

        /// <summary>Does what is asked for. Blocks for some seconds.</summary>
        public static void Run(BeaconConfig config, BoardClock clock)
        {
            if (config.Chip == ChipRequest.None)
            {
                return;
            }

            BoardPins.ConnectChipBus(config.HardwareModel);
            ChipProvisioner chip = new ChipProvisioner(new I2cBus(BoardPins.ChipBus), clock);
            ChipProvisioningOutcome outcome =
                chip.Run(config.Chip == ChipRequest.LockForEver ? LockConsent.LocksAreForEver : LockConsent.None);
            ConsoleLog.Say("chip: " + ChipProvisioningText.For(outcome));
            switch (outcome)
            {
                case ChipProvisioningOutcome.Provisioned:
                case ChipProvisioningOutcome.AlreadyProvisioned:
                    ConsoleLog.Say("chip: serial " + Hex(chip.Serial));
                    ConsoleLog.Say("chip: public key " + Hex(chip.PublicKey));
                    break;
                case ChipProvisioningOutcome.ReadyToLock:
                    ConsoleLog.Say("chip: serial " + Hex(chip.Serial));
                    break;
                case ChipProvisioningOutcome.ConfigurationDiffers:
                case ChipProvisioningOutcome.LockedOtherwise:
                    ConsoleLog.Say("chip: differs at byte " + chip.DifferingByte.ToString());
                    break;
                default:
                    ConsoleLog.Say("chip: at step " + ((int)chip.Step).ToString() + ", status "
                        + ((int)chip.LastChipStatus).ToString());
                    break;
            }
        }

        private static string Hex(byte[] bytes)
        {
            char[] text = new char[2 * bytes.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                text[2 * i] = Digits[bytes[i] >> 4];
                text[(2 * i) + 1] = Digits[bytes[i] & 15];
            }

            return new string(text);
        }
    }
}
