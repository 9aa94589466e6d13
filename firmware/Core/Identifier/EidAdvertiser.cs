using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Identifier
{
    /// <summary>
    /// Which Eddystone-EID frame to advertise now. The key that attestation brought stays in flash, so that a beacon
    /// that lost its power goes on before it reaches anybody. A period is in flash before its identifier is used, and
    /// after a power loss the first one is past the last: an identifier never comes back. Without the time of day
    /// periods follow the board's ticks from there; once it is known, they catch up with the service's. Nothing before
    /// the first attestation.
    /// </summary>
    public sealed class EidAdvertiser
    {
        /// <summary>Under which the last period is kept: exponent u8, period u32.</summary>
        public const string PeriodName = "eid-period";

        /// <summary>Under which the key is kept: key 16 bytes, exponent u8, clock offset u32.</summary>
        public const string KeyName = "eid-key";

        private const int StoredSize = 5;

        private readonly SecretStore _secrets;
        private readonly IKeyValueStore _store;
        private readonly BoardClock _clock;
        private readonly EidFrame _writer;
        private readonly byte[] _stored = new byte[StoredSize];
        private byte[]? _frame;
        private byte _exponent;
        private uint _period;
        private uint _firstPeriod;
        private long _firstMs;
        private int _frameRevision = -1;
        private int _keptRevision;

        /// <summary>Composes the advertiser; takes up the key of earlier boots.</summary>
        public EidAdvertiser(SecretStore secrets, INativeCrypto crypto, IKeyValueStore store, BoardClock clock)
        {
            _secrets = secrets;
            _store = store;
            _clock = clock;
            _writer = new EidFrame(crypto);
            byte[]? kept = store.Read(KeyName);
            if (kept != null && kept.Length == SecretStore.EidSecretSize)
            {
                secrets.Take(SecretId.EidKey, kept);
            }

            _keptRevision = secrets.EidKeyRevision;
        }

        /// <summary>True once an identifier was made in this boot.</summary>
        public bool IsKnown
        {
            get { return _frame != null; }
        }

        /// <summary>The period that was used last; 0 before the first.</summary>
        public uint Period
        {
            get { return _period; }
        }

        /// <summary>The service data to advertise; the same array until it changes; null for none.</summary>
        /// <param name="nowMs">Board time.</param>
        public byte[]? FrameFor(long nowMs)
        {
            if (!_secrets.HasEidKey)
            {
                return null;
            }

            KeepKey();
            if (_frame == null || _secrets.EidExponent != _exponent)
            {
                _exponent = _secrets.EidExponent;
                _firstPeriod = PeriodAfterStored(_exponent);
                _firstMs = nowMs;
                _period = 0;
            }

            uint period = PeriodAt(nowMs);
            if (_frame == null || period != _period || _secrets.EidKeyRevision != _frameRevision)
            {
                Change(period);
            }

            return _frame;
        }

        /// <summary>The period of this time, never before one that was used.</summary>
        private uint PeriodAt(long nowMs)
        {
            uint period = _firstPeriod + (uint)(((nowMs - _firstMs) / 1000) >> _exponent);
            if (_clock.IsUtcSet)
            {
                uint clockS = (uint)((_clock.UtcEpochMs + nowMs) / 1000) + _secrets.EidClockOffsetS;
                period = clockS >> _exponent;
                period = period > _firstPeriod ? period : _firstPeriod;
            }

            return period > _period ? period : _period;
        }

        /// <summary>What cannot be written to flash is not used: the frame before stays, or silence.</summary>
        private void Change(uint period)
        {
            _stored[0] = _exponent;
            ByteWriter.U32(_stored, 1, period);
            if (!_store.Write(PeriodName, _stored))
            {
                return;
            }

            _period = period;
            _frameRevision = _secrets.EidKeyRevision;
            byte[] frame = new byte[EidFrame.Size];
            _writer.Write(_secrets.EidKey, _exponent, period << _exponent, DeviceLimits.EidTxPowerDbm, frame);
            _frame = frame;
        }

        private void KeepKey()
        {
            if (_keptRevision == _secrets.EidKeyRevision)
            {
                return;
            }

            byte[] kept = new byte[SecretStore.EidSecretSize];
            _secrets.CopyEidSecret(kept);
            _store.Write(KeyName, kept);
            _keptRevision = _secrets.EidKeyRevision;
        }

        private uint PeriodAfterStored(byte exponent)
        {
            byte[]? stored = _store.Read(PeriodName);
            bool isUsable = stored != null && stored.Length == StoredSize && stored[0] == exponent;
            return isUsable ? ByteReader.U32(stored!, 1) + 1 : 0;
        }
    }
}
