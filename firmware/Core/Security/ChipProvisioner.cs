using System;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Makes a blank ATECC608 a beacon's: configuration, lock, identity key, data lock, slot lock. Each run reads where
    /// the chip is and goes on from there, so a power cut at any step costs a run and nothing else. Nothing is locked
    /// without <see cref="LockConsent.LocksAreForEver"/>, nor before the configuration has read back as it is meant to
    /// be. There is no data to write: every slot but that of the key is closed. For one thread at a time.
    /// </summary>
    public sealed class ChipProvisioner
    {
        private const uint RevisionAtecc608A = 0x00006002;
        private const uint RevisionAtecc608B = 0x00006003;
        private const int SerialHeadSize = 4;
        private const int SerialTail = 8;
        private const int SerialSize = 9;
        private const int KeySize = 64;
        private const int DigestSize = 32;

        private readonly Atecc608Link _link;
        private readonly Atecc608Device _device;
        private readonly Atecc608Keys _keys;
        private readonly Atecc608Zones _zones;
        private readonly byte[] _zone = new byte[ChipConfiguration.Size];
        private readonly byte[] _signature = new byte[KeySize];
        private readonly byte[] _digest = new byte[DigestSize];
        private bool _hasChanged;

        /// <summary>A provisioner for the chip at address 0x60. Touches nothing yet.</summary>
        /// <param name="bus">The bus.</param>
        /// <param name="clock">For waits, and for the watchdog's budget.</param>
        public ChipProvisioner(II2cBus bus, BoardClock clock)
            : this(new Atecc608Link(bus, clock))
        {
        }

        /// <summary>A provisioner on a link that others may use, too.</summary>
        /// <param name="link">The way to the chip.</param>
        public ChipProvisioner(Atecc608Link link)
        {
            _link = link;
            _device = new Atecc608Device(link);
            _keys = new Atecc608Keys(link);
            _zones = new Atecc608Zones(link);
        }

        /// <summary>The step that the last run reached.</summary>
        public ChipProvisioningStep Step { get; private set; }

        /// <summary>How the chip answered last.</summary>
        public ChipStatus LastChipStatus { get; private set; }

        /// <summary>The first byte of the configuration zone that is not as wanted; -1 if none was found.</summary>
        public int DifferingByte { get; private set; } = -1;

        /// <summary>The chip's serial number, 9 bytes, once the configuration was read.</summary>
        public byte[] Serial { get; } = new byte[SerialSize];

        /// <summary>The public half of the identity key, 64 bytes, when the outcome is Provisioned or
        /// AlreadyProvisioned.</summary>
        public byte[] PublicKey { get; } = new byte[KeySize];

        /// <summary>Brings the chip as far as <paramref name="consent"/> allows.</summary>
        /// <param name="consent">Whether locks may be closed. They are for ever.</param>
        public ChipProvisioningOutcome Run(LockConsent consent)
        {
            _hasChanged = false;
            DifferingByte = -1;
            ChipProvisioningOutcome outcome = GoOn(consent == LockConsent.LocksAreForEver);
            _link.Restart();
            return outcome;
        }

        private ChipProvisioningOutcome GoOn(bool mayLock)
        {
            Step = ChipProvisioningStep.Identify;
            LastChipStatus = _device.Revision(out uint revision);
            if (LastChipStatus != ChipStatus.Ok)
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            if (revision != RevisionAtecc608A && revision != RevisionAtecc608B)
            {
                return ChipProvisioningOutcome.NotThisChip;
            }

            Step = ChipProvisioningStep.ReadConfiguration;
            if (!ReadZone())
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            ReadSerial();
            if (!ChipConfiguration.IsConfigurationLocked(_zone))
            {
                ChipProvisioningOutcome configured = Configure(mayLock);
                if (configured != ChipProvisioningOutcome.Provisioned)
                {
                    return configured;
                }
            }

            DifferingByte = ChipConfiguration.FirstDifferenceOnceLocked(_zone);
            return DifferingByte >= 0 ? ChipProvisioningOutcome.LockedOtherwise : Close(mayLock);
        }

        /// <summary>Writes, compares, locks the configuration; Provisioned means: go on.</summary>
        private ChipProvisioningOutcome Configure(bool mayLock)
        {
            Step = ChipProvisioningStep.WriteConfiguration;
            if (!WriteDifferingWords())
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            Step = ChipProvisioningStep.CompareConfiguration;
            if (!ReadZone())
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            DifferingByte = ChipConfiguration.FirstDifference(_zone);
            if (DifferingByte >= 0)
            {
                return ChipProvisioningOutcome.ConfigurationDiffers;
            }

            if (!mayLock)
            {
                return ChipProvisioningOutcome.ReadyToLock;
            }

            Step = ChipProvisioningStep.LockConfiguration;
            ChipStatus locked = _zones.LockConfiguration(Atecc608Zones.Summary(_zone, _zone.Length));
            _link.Restart();
            return Confirm(locked, ReadZone() && ChipConfiguration.IsConfigurationLocked(_zone));
        }

        /// <summary>Key, data lock, slot lock, proof, as far as they are missing.</summary>
        private ChipProvisioningOutcome Close(bool mayLock)
        {
            bool isDataLocked = ChipConfiguration.IsDataLocked(_zone);
            if ((!isDataLocked || !ChipConfiguration.IsIdentitySlotLocked(_zone)) && !mayLock)
            {
                return ChipProvisioningOutcome.ReadyToLock;
            }

            if (!isDataLocked)
            {
                ChipProvisioningOutcome made = MakeKeyAndLockData();
                if (made != ChipProvisioningOutcome.Provisioned)
                {
                    return made;
                }
            }

            if (!ChipConfiguration.IsIdentitySlotLocked(_zone))
            {
                Step = ChipProvisioningStep.LockSlot;
                ChipStatus locked = _zones.LockSlot(ChipConfiguration.IdentitySlot);
                ChipProvisioningOutcome closed =
                    Confirm(locked, ReadZone() && ChipConfiguration.IsIdentitySlotLocked(_zone));
                if (closed != ChipProvisioningOutcome.Provisioned)
                {
                    return closed;
                }
            }

            Step = ChipProvisioningStep.ProveKey;
            LastChipStatus = ProveKey();
            if (LastChipStatus != ChipStatus.Ok)
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            return _hasChanged
                ? ChipProvisioningOutcome.Provisioned
                : ChipProvisioningOutcome.AlreadyProvisioned;
        }

        /// <summary>A key made before a power cut is made anew: until the data lock it has been nobody's
        /// identity.</summary>
        private ChipProvisioningOutcome MakeKeyAndLockData()
        {
            Step = ChipProvisioningStep.MakeKey;
            LastChipStatus = _keys.GeneratePrivate(ChipConfiguration.IdentitySlot, PublicKey, 0);
            if (LastChipStatus != ChipStatus.Ok)
            {
                return ChipProvisioningOutcome.ChipFailed;
            }

            Step = ChipProvisioningStep.LockData;
            ChipStatus locked = _zones.LockDataAsItIs();
            return Confirm(locked, ReadZone() && ChipConfiguration.IsDataLocked(_zone));
        }

        /// <summary>The zone tells whether a lock is closed; the answer to the command may have been lost.</summary>
        private ChipProvisioningOutcome Confirm(ChipStatus locked, bool isClosed)
        {
            if (isClosed)
            {
                _hasChanged = true;
                return ChipProvisioningOutcome.Provisioned;
            }

            if (LastChipStatus == ChipStatus.Ok)
            {
                LastChipStatus = locked == ChipStatus.Ok ? ChipStatus.ResponseMalformed : locked;
            }

            return ChipProvisioningOutcome.ChipFailed;
        }

        private ChipStatus ProveKey()
        {
            ChipStatus status = _keys.PublicKey(ChipConfiguration.IdentitySlot, PublicKey, 0);
            if (status == ChipStatus.Ok)
            {
                status = _keys.Random(_digest, 0);
            }

            if (status == ChipStatus.Ok)
            {
                status = _keys.Sign(ChipConfiguration.IdentitySlot, _digest, _signature, 0);
            }

            return status == ChipStatus.Ok ? _keys.Verify(PublicKey, 0, _digest, _signature, 0) : status;
        }

        private bool ReadZone()
        {
            for (int i = 0; i < _zone.Length; i += Atecc608Zones.BlockSize)
            {
                LastChipStatus = _zones.ReadBlock(ChipZone.Configuration, 0, i, _zone, i);
                if (LastChipStatus != ChipStatus.Ok)
                {
                    return false;
                }
            }

            return true;
        }

        private bool WriteDifferingWords()
        {
            for (int i = ChipConfiguration.FirstWritten; i < _zone.Length; i += Atecc608Zones.WordSize)
            {
                if (!IsWordAsWanted(i))
                {
                    _hasChanged = true;
                    LastChipStatus = _zones.WriteWord(ChipZone.Configuration, 0, i, _zone, i);
                    if (LastChipStatus != ChipStatus.Ok)
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        /// <summary>Compares a word and puts into it what is wanted.</summary>
        private bool IsWordAsWanted(int offset)
        {
            bool isAsWanted = true;
            for (int i = offset; i < offset + Atecc608Zones.WordSize; i++)
            {
                if (ChipConfiguration.IsWritten(i) && _zone[i] != ChipConfiguration.Wanted(i))
                {
                    _zone[i] = ChipConfiguration.Wanted(i);
                    isAsWanted = false;
                }
            }

            return isAsWanted;
        }

        private void ReadSerial()
        {
            Array.Copy(_zone, 0, Serial, 0, SerialHeadSize);
            Array.Copy(_zone, SerialTail, Serial, SerialHeadSize, SerialSize - SerialHeadSize);
        }
    }
}
