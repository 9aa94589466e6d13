using LumenLink.Simulator;

namespace System.Device.I2c;

/// <summary>Bus, address and speed of a device.</summary>
public sealed class I2cConnectionSettings
{
    public I2cConnectionSettings(int busId, int deviceAddress)
        : this(busId, deviceAddress, I2cBusSpeed.FastMode)
    {
    }

    public I2cConnectionSettings(int busId, int deviceAddress, I2cBusSpeed busSpeed)
    {
        BusId = busId;
        DeviceAddress = deviceAddress;
        BusSpeed = busSpeed;
    }

    public int BusId { get; }

    public int DeviceAddress { get; }

    public I2cBusSpeed BusSpeed { get; }
}

/// <summary>How a transfer went.</summary>
public struct I2cTransferResult
{
    internal I2cTransferResult(bool acknowledged, int bytes)
    {
        Status = acknowledged ? I2cTransferStatus.FullTransfer : I2cTransferStatus.SlaveAddressNotAcknowledged;
        BytesTransferred = acknowledged ? (uint)bytes : 0;
    }

    public uint BytesTransferred { get; }

    public I2cTransferStatus Status { get; }
}

/// <summary>A chip on the board's bus. The bus runs at the speed that the last created device asked for.</summary>
public class I2cDevice : IDisposable
{
    private readonly byte _address;

    public I2cDevice(I2cConnectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.BusId < 1) throw new ArgumentException();
        ConnectionSettings = settings;
        _address = (byte)settings.DeviceAddress;
        Strand.HostCall().Run.I2cBusHz = settings.BusSpeed switch
        {
            I2cBusSpeed.StandardMode => 100_000,
            I2cBusSpeed.FastMode => 400_000,
            _ => 1_000_000,
        };
    }

    public I2cConnectionSettings ConnectionSettings { get; }

    public static I2cDevice Create(I2cConnectionSettings settings) => new(settings);

    public byte ReadByte()
    {
        byte[] one = new byte[1];
        ReadInto(one);
        return one[0];
    }

    public I2cTransferResult Read(SpanByte buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        bool acknowledged = ReadInto(bytes);
        if (acknowledged) new SpanByte(bytes).CopyTo(buffer);
        return new I2cTransferResult(acknowledged, bytes.Length);
    }

    public I2cTransferResult WriteByte(byte value) => Write(new SpanByte([value]));

    public I2cTransferResult Write(SpanByte buffer)
    {
        BoardRun run = Strand.HostCall().Run;
        byte[] bytes = buffer.ToArray();
        bool acknowledged = run.Board.I2c.Write(_address, bytes, 0, bytes.Length, run.I2cBusHz);
        return new I2cTransferResult(acknowledged, bytes.Length);
    }

    public I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer)
    {
        I2cTransferResult written = Write(writeBuffer);
        if (written.Status != I2cTransferStatus.FullTransfer) return written;
        I2cTransferResult read = Read(readBuffer);
        return read.Status == I2cTransferStatus.FullTransfer
            ? new I2cTransferResult(true, writeBuffer.Length + readBuffer.Length)
            : read;
    }

    public void Dispose()
    {
    }

    private bool ReadInto(byte[] bytes) => Strand.HostCall().Run.Board.I2c.Read(_address, bytes, 0, bytes.Length);
}
