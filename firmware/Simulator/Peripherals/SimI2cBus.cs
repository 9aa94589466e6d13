namespace LumenLink.Simulator;

/// <summary>A chip on an I2C bus.</summary>
public interface II2cTarget
{
    /// <summary>Takes bytes written to an address.</summary>
    /// <param name="address7">7-bit address.</param>
    /// <param name="data">The bytes after the address.</param>
    /// <param name="busHz">Bus frequency, Hz.</param>
    /// <returns>False: not acknowledged.</returns>
    bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz);

    /// <summary>Gives bytes that are read from an address.</summary>
    /// <param name="address7">7-bit address.</param>
    /// <param name="buffer">Filled entirely.</param>
    /// <returns>False: not acknowledged.</returns>
    bool TryRead(byte address7, Span<byte> buffer);
}

/// <summary>A board's I2C bus.</summary>
public sealed class SimI2cBus
{
    private readonly List<II2cTarget> _targets = [];

    /// <summary>Puts a chip on the bus.</summary>
    public void Attach(II2cTarget target)
    {
        lock (_targets) _targets.Add(target);
    }

    internal bool Write(byte address7, byte[] data, int start, int count, int busHz)
    {
        lock (_targets)
        {
            bool acknowledged = false;
            foreach (II2cTarget target in _targets)
                acknowledged |= target.TryWrite(address7, data.AsSpan(start, count), busHz);
            return acknowledged;
        }
    }

    internal bool Read(byte address7, byte[] buffer, int start, int count)
    {
        lock (_targets)
        {
            foreach (II2cTarget target in _targets)
            {
                if (target.TryRead(address7, buffer.AsSpan(start, count))) return true;
            }

            return false;
        }
    }
}
