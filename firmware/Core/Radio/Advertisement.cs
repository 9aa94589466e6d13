using LumenLink.Protocol;

namespace LumenLink.Beacon.Radio
{
    /// <summary>
    /// What an advertisement says, read out of its AD structures (Bluetooth Core Specification Supplement, part A). Any
    /// bytes can be read: a structure that runs over the end ends the reading. Reused; allocates nothing.
    /// </summary>
    public sealed class Advertisement
    {
        /// <summary>Bytes of advertising data on air at most.</summary>
        public const int MaxBytes = 31;

        /// <summary>What <see cref="CompanyId"/> is without manufacturer data.</summary>
        public const int NoCompany = -1;

        private const byte IncompleteUuid16Type = 0x02;
        private const byte CompleteUuid16Type = 0x03;
        private const byte ShortNameType = 0x08;
        private const byte CompleteNameType = 0x09;
        private const byte TxPowerType = 0x0A;
        private const byte ServiceDataType = 0x16;
        private const byte ManufacturerType = 0xFF;

        private const ushort AppleCompany = 0x004C;
        private const ushort IBeaconMark = 0x1502;
        private const int IBeaconSize = 25;
        private const int IBeaconPowerOffset = 24;

        private const ushort EddystoneUuid = 0xFEAA;
        private const int FrameTypeOffset = 2;
        private const int RangingOffset = 3;
        private const int EidOffset = 4;
        private const int EidEnd = 12;
        private const int UidEnd = 20;
        private const int UrlEnd = 5;
        private const int TlmEnd = 16;

        private readonly byte[] _data = new byte[MaxBytes];
        private int _length;
        private bool _hasPowerLevel;
        private bool _hasOurName;

        /// <summary>Format of the payload.</summary>
        public RecognisedAs Recognised { get; private set; }

        /// <summary>True if it states a transmit power.</summary>
        public bool HasTxPower { get; private set; }

        /// <summary>
        /// Transmit power, dBm: the TX Power Level, else an Eddystone frame's at 0 m, else an iBeacon's at 1 m.
        /// </summary>
        public sbyte TxPowerDbm { get; private set; }

        /// <summary>True if it carries an ephemeral identifier.</summary>
        public bool HasEid { get; private set; }

        /// <summary>The Eddystone-EID identifier, its first byte highest.</summary>
        public ulong Eid { get; private set; }

        /// <summary>Company of the first manufacturer data; <see cref="NoCompany"/> if there is none.</summary>
        public int CompanyId { get; private set; }

        /// <summary>Reads a payload; bytes beyond <see cref="MaxBytes"/> are not looked at.</summary>
        /// <param name="payload">Holds it from its start.</param>
        /// <param name="length">Its bytes.</param>
        public void Read(byte[] payload, int length)
        {
            _length = length < MaxBytes ? length : MaxBytes;
            Recognised = RecognisedAs.Other;
            HasTxPower = false;
            HasEid = false;
            CompanyId = NoCompany;
            _hasPowerLevel = false;
            _hasOurName = false;
            for (int i = 0; i < _length; i++)
            {
                _data[i] = payload[i];
            }

            int at = 0;
            while (IsStructure(at))
            {
                Take(_data[at + 1], at + 2, _data[at] - 1);
                at += _data[at] + 1;
            }

            if (_hasOurName && Recognised == RecognisedAs.EddystoneEid)
            {
                Recognised = RecognisedAs.LumenLink;
            }
        }

        /// <summary>True if a 16-bit service is listed, or has data.</summary>
        public bool HasService(ushort uuid)
        {
            int at = 0;
            while (IsStructure(at))
            {
                byte type = _data[at + 1];
                int end = at + 1 + _data[at];
                bool isList = type == IncompleteUuid16Type || type == CompleteUuid16Type;
                for (int i = at + 2; (isList || type == ServiceDataType) && i + 2 <= end; i += 2)
                {
                    if (ByteReader.U16(_data, i) == uuid)
                    {
                        return true;
                    }

                    if (!isList)
                    {
                        break;
                    }
                }

                at = end;
            }

            return false;
        }

        /// <summary>True if a whole structure begins there. One of length 0 ends the data early.</summary>
        private bool IsStructure(int at)
        {
            return at < _length && _data[at] > 0 && at + 1 + _data[at] <= _length;
        }

        private void Take(byte type, int at, int size)
        {
            switch (type)
            {
                case TxPowerType:
                    if (size == 1)
                    {
                        _hasPowerLevel = true;
                        HasTxPower = true;
                        TxPowerDbm = (sbyte)_data[at];
                    }

                    break;
                case ShortNameType:
                case CompleteNameType:
                    _hasOurName = IsOurName(at, size);
                    break;
                case ManufacturerType:
                    TakeManufacturer(at, size);
                    break;
                case ServiceDataType:
                    if (size > RangingOffset && ByteReader.U16(_data, at) == EddystoneUuid)
                    {
                        TakeEddystone(at, size);
                    }

                    break;
                default:
                    break;
            }
        }

        private bool IsOurName(int at, int size)
        {
            string name = DeviceLimits.AirName;
            bool isOurs = size == name.Length;
            for (int i = 0; isOurs && i < size; i++)
            {
                isOurs = _data[at + i] == name[i];
            }

            return isOurs;
        }

        private void TakeManufacturer(int at, int size)
        {
            if (size < 2 || CompanyId != NoCompany)
            {
                return;
            }

            CompanyId = ByteReader.U16(_data, at);
            if (CompanyId == AppleCompany && size == IBeaconSize && ByteReader.U16(_data, at + 2) == IBeaconMark)
            {
                Recognise(RecognisedAs.IBeacon);
                State(_data[at + IBeaconPowerOffset]);
            }
        }

        private void TakeEddystone(int at, int size)
        {
            byte power = _data[at + RangingOffset];
            switch (_data[at + FrameTypeOffset])
            {
                case 0x00:
                    if (size >= UidEnd)
                    {
                        Recognise(RecognisedAs.EddystoneUid);
                        State(power);
                    }

                    break;
                case 0x10:
                    if (size >= UrlEnd)
                    {
                        Recognise(RecognisedAs.EddystoneUrl);
                        State(power);
                    }

                    break;
                case 0x20:
                    if (size >= TlmEnd)
                    {
                        Recognise(RecognisedAs.EddystoneTlm);
                    }

                    break;
                case 0x30:
                    if (size >= EidEnd)
                    {
                        Recognise(RecognisedAs.EddystoneEid);
                        State(power);
                        TakeEid(at + EidOffset);
                    }

                    break;
                default:
                    break;
            }
        }

        private void TakeEid(int at)
        {
            ulong eid = 0;
            for (int i = 0; i < EidEnd - EidOffset; i++)
            {
                eid = (eid << 8) | _data[at + i];
            }

            Eid = eid;
            HasEid = true;
        }

        /// <summary>What is recognised first stays.</summary>
        private void Recognise(RecognisedAs format)
        {
            Recognised = Recognised == RecognisedAs.Other ? format : Recognised;
        }

        private void State(byte power)
        {
            if (!_hasPowerLevel)
            {
                HasTxPower = true;
                TxPowerDbm = (sbyte)power;
            }
        }
    }
}
