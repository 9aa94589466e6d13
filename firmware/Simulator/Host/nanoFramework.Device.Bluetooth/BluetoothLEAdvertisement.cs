using System;
using System.Collections;
using System.Text;
using LumenLink.Simulator;

namespace nanoFramework.Device.Bluetooth.Advertisement;

/// <summary>Manufacturer data of an advertisement.</summary>
public class BluetoothLEManufacturerData
{
    public BluetoothLEManufacturerData()
        : this(0, new Buffer(0u))
    {
    }

    public BluetoothLEManufacturerData(ushort companyId, Buffer data)
    {
        CompanyId = companyId;
        Data = data;
    }

    public Buffer Data { get; set; }

    public ushort CompanyId { get; set; }
}

/// <summary>One section of advertising data.</summary>
public class BluetoothLEAdvertisementDataSection
{
    public BluetoothLEAdvertisementDataSection()
        : this(0, new Buffer(0u))
    {
    }

    public BluetoothLEAdvertisementDataSection(byte dataType, Buffer data)
    {
        DataType = dataType;
        Data = data;
    }

    public byte DataType { get; set; }

    public Buffer Data { get; set; }

    /// <summary>Length byte, type, data.</summary>
    internal byte[] ToWire() => [(byte)(Data.Length + 1), DataType, .. Data.ToArray()];
}

/// <summary>
/// The content of an advertisement. Only what was assigned is sent (flags too); what does not fit into 31 bytes goes
/// to the
/// scan response; what does not fit there either is dropped without a word.
/// </summary>
public class BluetoothLEAdvertisement
{
    private readonly ArrayList _sections = [];
    private string _localName = "";
    private BluetoothLEAdvertisementFlags _flags =
        BluetoothLEAdvertisementFlags.ClassicNotSupported | BluetoothLEAdvertisementFlags.GeneralDiscoverableMode;

    public ArrayList DataSections
    {
        get
        {
            MergeManufacturerData();
            return _sections;
        }
    }

    public string LocalName
    {
        get => _localName;
        set
        {
            _localName = value;
            Remove(BluetoothLEAdvertisementDataSectionType.CompleteLocalName);
            if (!string.IsNullOrEmpty(value))
                Add(BluetoothLEAdvertisementDataSectionType.CompleteLocalName, Encoding.UTF8.GetBytes(value));
        }
    }

    public BluetoothLEAdvertisementFlags Flags
    {
        get => _flags;
        set
        {
            _flags = value;
            foreach (BluetoothLEAdvertisementDataSection section in _sections)
            {
                if (section.DataType != (byte)BluetoothLEAdvertisementDataSectionType.Flags) continue;
                section.Data = new Buffer([(byte)value]);
                return;
            }

            Add(BluetoothLEAdvertisementDataSectionType.Flags, [(byte)value]);
        }
    }

    public ArrayList ManufacturerData { get; } = [];

    /// <summary>Lists of 128-bit identifiers only; shorter ones are not decoded.</summary>
    public NanoGuid[] ServiceUuids { get; private set; } = [];

    public ArrayList GetSectionsByType(byte type)
    {
        ArrayList found = [];
        foreach (BluetoothLEAdvertisementDataSection section in _sections)
        {
            if (section.DataType == type) found.Add(section);
        }

        return found;
    }

    public ArrayList GetManufacturerDataByCompanyId(ushort companyId)
    {
        ArrayList found = [];
        foreach (BluetoothLEManufacturerData data in ManufacturerData)
        {
            if (data.CompanyId == companyId) found.Add(data);
        }

        return found;
    }

    internal void ToWire(out byte[] advertisement, out byte[] scanResponse)
    {
        advertisement = [];
        scanResponse = [];
        foreach (BluetoothLEAdvertisementDataSection section in DataSections)
        {
            byte[] wire = section.ToWire();
            if (advertisement.Length + wire.Length <= SimLimits.AdvertisementBytes)
                advertisement = [.. advertisement, .. wire];
            else if (scanResponse.Length + wire.Length <= SimLimits.AdvertisementBytes)
                scanResponse = [.. scanResponse, .. wire];
        }
    }

    /// <summary>Takes in what was heard; stops at the first section that does not fit.</summary>
    internal void Parse(ReadOnlySpan<byte> wire)
    {
        while (wire.Length >= 2 && wire[0] >= 1 && wire[0] < wire.Length)
        {
            byte type = wire[1];
            byte[] data = wire[2..(wire[0] + 1)].ToArray();
            wire = wire[(wire[0] + 1)..];
            Take(type, data);
        }
    }

    private void Take(byte type, byte[] data)
    {
        _sections.Add(new BluetoothLEAdvertisementDataSection(type, new Buffer(data)));
        switch ((BluetoothLEAdvertisementDataSectionType)type)
        {
            case BluetoothLEAdvertisementDataSectionType.Flags when data.Length > 0:
                _flags = (BluetoothLEAdvertisementFlags)data[0];
                break;
            case BluetoothLEAdvertisementDataSectionType.ShortenedLocalName:
            case BluetoothLEAdvertisementDataSectionType.CompleteLocalName:
                _localName = Encoding.UTF8.GetString(data);
                break;
            case BluetoothLEAdvertisementDataSectionType.ManufacturerSpecificData when data.Length >= 2:
                ManufacturerData.Add(new BluetoothLEManufacturerData(BitConverter.ToUInt16(data),
                    new Buffer(data[2..])));
                break;
            case BluetoothLEAdvertisementDataSectionType.CompleteList128uuid:
            case BluetoothLEAdvertisementDataSectionType.IncompleteList128uuid:
                for (int at = 0; at + 16 <= data.Length; at += 16)
                    ServiceUuids = [.. ServiceUuids, new NanoGuid(data[at..(at + 16)])];
                break;
        }
    }

    private void MergeManufacturerData()
    {
        Remove(BluetoothLEAdvertisementDataSectionType.ManufacturerSpecificData);
        foreach (BluetoothLEManufacturerData data in ManufacturerData)
        {
            Add(
                BluetoothLEAdvertisementDataSectionType.ManufacturerSpecificData,
                [(byte)data.CompanyId, (byte)(data.CompanyId >> 8), .. data.Data.ToArray()]);
        }
    }

    private void Add(BluetoothLEAdvertisementDataSectionType type, byte[] data) =>
        _sections.Add(new BluetoothLEAdvertisementDataSection((byte)type, new Buffer(data)));

    private void Remove(BluetoothLEAdvertisementDataSectionType type)
    {
        for (int index = _sections.Count - 1; index >= 0; index--)
        {
            if (((BluetoothLEAdvertisementDataSection)_sections[index]!).DataType == (byte)type)
                _sections.RemoveAt(index);
        }
    }
}
