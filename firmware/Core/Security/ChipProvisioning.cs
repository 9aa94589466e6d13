namespace LumenLink.Beacon.Security
{
    /// <summary>Whether a lock may be closed. Locks are for ever: nobody, the maker included, can open one.</summary>
    public enum LockConsent
    {
        /// <summary>No lock is closed: all that can still be undone is done and checked.</summary>
        None,

        /// <summary>The caller knows that this chip can never be configured again, and wants it so.</summary>
        LocksAreForEver,
    }

    /// <summary>A step of provisioning, in order.</summary>
    public enum ChipProvisioningStep
    {
        /// <summary>Is it an ATECC608A or B.</summary>
        Identify,

        /// <summary>Reading the configuration zone.</summary>
        ReadConfiguration,

        /// <summary>Writing the bytes that are not as wanted.</summary>
        WriteConfiguration,

        /// <summary>Reading the zone back and comparing it.</summary>
        CompareConfiguration,

        /// <summary>Locking the configuration, with the CRC of the zone. For ever.</summary>
        LockConfiguration,

        /// <summary>Making the identity key in the chip.</summary>
        MakeKey,

        /// <summary>Locking the data zone. For ever.</summary>
        LockData,

        /// <summary>Locking slot 0, with the key in it. For ever.</summary>
        LockSlot,

        /// <summary>A signature by the key, checked by the chip with the key's public half.</summary>
        ProveKey,
    }

    /// <summary>How provisioning ended.</summary>
    public enum ChipProvisioningOutcome
    {
        /// <summary>Every lock is closed, and the key signs.</summary>
        Provisioned,

        /// <summary>It had been provisioned before; nothing was changed, and the key signs.</summary>
        AlreadyProvisioned,

        /// <summary>What can be undone is done and checked; a lock is next, and the caller has not agreed.</summary>
        ReadyToLock,

        /// <summary>No ATECC608A or B. Nothing was changed.</summary>
        NotThisChip,

        /// <summary>The zone does not hold what was written. Nothing was locked.</summary>
        ConfigurationDiffers,

        /// <summary>The configuration is locked, and not with LumenLink's: this chip can never serve.</summary>
        LockedOtherwise,

        /// <summary>The chip did not do a step; another run goes on from there.</summary>
        ChipFailed,
    }

    /// <summary>What an operator is told.</summary>
    public static class ChipProvisioningText
    {
        /// <summary>To be read before <see cref="LockConsent.LocksAreForEver"/> is given.</summary>
        public const string Warning =
            "Three locks will be closed: configuration, data, slot 0. Locks are for ever: this chip can never be "
            + "configured again, its key never be replaced, read or copied.";

        /// <summary>One sentence or two on an outcome.</summary>
        public static string For(ChipProvisioningOutcome outcome)
        {
            switch (outcome)
            {
                case ChipProvisioningOutcome.Provisioned:
                    return "The chip is provisioned and locked for ever. Register its public key.";
                case ChipProvisioningOutcome.AlreadyProvisioned:
                    return "The chip was provisioned before. Nothing was changed.";
                case ChipProvisioningOutcome.ReadyToLock:
                    return "Nothing was locked: consent was not given. " + Warning;
                case ChipProvisioningOutcome.NotThisChip:
                    return "This is no ATECC608A or ATECC608B. Nothing was changed.";
                case ChipProvisioningOutcome.ConfigurationDiffers:
                    return "The configuration does not read back as it was written. Nothing was locked; try again, "
                        + "then replace the chip.";
                case ChipProvisioningOutcome.LockedOtherwise:
                    return "The configuration was locked before, with other content. Locks are for ever: this chip "
                        + "cannot serve a beacon.";
                default:
                    return "The chip failed at a step. Locks that are closed stay closed; another run goes on from "
                        + "there.";
            }
        }
    }
}
