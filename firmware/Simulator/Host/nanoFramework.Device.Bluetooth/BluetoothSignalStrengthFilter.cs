using System;
using System.Collections.Generic;
using nanoFramework.Device.Bluetooth.Advertisement;

namespace nanoFramework.Device.Bluetooth;

/// <summary>
/// Reports only advertisers in range: from the first report at or above one threshold until one below the other. At
/// its
/// default of -127 dBm everything passes. Its table grows with every address in range.
/// </summary>
public class BluetoothSignalStrengthFilter
{
    private const short Everything = -127;
    private const short Strongest = 20;
    private readonly HashSet<ulong> _inRange = [];
    private short _inRangeDbm = Everything;
    private short _outOfRangeDbm = Everything;

    public NanoTimeSpan OutOfRangeTimeout { get; set; } = new(0, 0, 60);

    public short OutOfRangeThresholdInDBm
    {
        get => _outOfRangeDbm;
        set => _outOfRangeDbm = Checked(value);
    }

    public short InRangeThresholdInDBm
    {
        get => _inRangeDbm;
        set => _inRangeDbm = Checked(value);
    }

    internal bool Passes(BluetoothLEAdvertisementReceivedEventArgs args)
    {
        if (_inRangeDbm == Everything) return true;
        if (args.RawSignalStrengthInDBm >= _inRangeDbm) _inRange.Add(args.BluetoothAddress);
        else if (args.RawSignalStrengthInDBm < _outOfRangeDbm) _inRange.Remove(args.BluetoothAddress);
        return _inRange.Contains(args.BluetoothAddress);
    }

    private static short Checked(short dbm) =>
        dbm is >= Everything and <= Strongest ? dbm : throw new ArgumentOutOfRangeException();
}
