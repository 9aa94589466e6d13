namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>The part of a zone that Read or Write addresses: 4 or 32 bytes.</summary>
internal readonly struct ZoneAddress
{
    internal const byte ZoneMask = 0x03;
    internal const byte Block = 0x80;
    internal const byte Encrypted = 0x40;

    private ZoneAddress(Zone zone, int slot, int offset, int size, int zoneSize)
    {
        Zone = zone;
        Slot = slot;
        Offset = offset;
        Size = size;
        Inside = Math.Min(size, zoneSize - offset);
    }

    internal Zone Zone { get; }

    internal int Slot { get; }

    internal int Offset { get; }

    /// <summary>4 or 32.</summary>
    internal int Size { get; }

    /// <summary>
    /// How many of <see cref="Size"/> bytes lie inside the zone: fewer in a slot's last, partial block.
    /// </summary>
    internal int Inside { get; }

    internal bool IsWord => Size == ConfigZone.WordSize;

    /// <summary>False when the zone does not exist or the address starts past the zone's end.</summary>
    internal static bool TryParse(byte mode, ushort address, out ZoneAddress result)
    {
        result = default;
        var zone = (Zone)(mode & ZoneMask);
        if (zone > Zone.Data) return false;
        int size = (mode & Block) != 0 ? ConfigZone.BlockSize : ConfigZone.WordSize;
        int word = address & 7;
        int slot = zone == Zone.Data ? (address >> 3) & 0x0F : 0;
        int block = zone == Zone.Data ? address >> 8 : address >> 3;
        if ((zone == Zone.Data && (address & 0x80) != 0) || (size == ConfigZone.BlockSize && word != 0)) return false;
        int zoneSize = zone switch
        {
            Zone.Config => ConfigZone.Size,
            Zone.Otp => DataZone.OtpSize,
            _ => DataZone.SlotSize(slot),
        };
        int offset = (block * ConfigZone.BlockSize) + (word * ConfigZone.WordSize);
        if (offset >= zoneSize) return false;
        result = new ZoneAddress(zone, slot, offset, size, zoneSize);
        return true;
    }
}

/// <summary>The three zones of the non-volatile memory.</summary>
internal enum Zone
{
    Config = 0,
    Otp = 1,
    Data = 2,
}
