extern alias nano;

using LumenLink.Simulator;
using BaseEvent = nano::nanoFramework.Runtime.Events.BaseEvent;

namespace System.Device.Gpio;

/// <summary>A pin's level changed.</summary>
public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

/// <summary>Which pin, and which edge.</summary>
public class PinValueChangedEventArgs : BaseEvent
{
    public PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber)
    {
        ChangeType = changeType;
        PinNumber = pinNumber;
    }

    public PinEventTypes ChangeType { get; }

    public int PinNumber { get; }
}

/// <summary>High or low.</summary>
public readonly struct PinValue
{
    private readonly bool _isHigh;

    private PinValue(bool isHigh) => _isHigh = isHigh;

    public static PinValue High => new(true);

    public static PinValue Low => new(false);

    public static implicit operator PinValue(bool value) => new(value);

    public static bool operator ==(PinValue a, PinValue b) => a._isHigh == b._isHigh;

    public static bool operator !=(PinValue a, PinValue b) => a._isHigh != b._isHigh;

    public override bool Equals(object? obj) => obj is PinValue other && other == this;

    public override int GetHashCode() => _isHigh ? 1 : 0;

    public override string ToString() => _isHigh ? "High" : "Low";

    internal bool IsHigh() => _isHigh;
}

/// <summary>A pin of the board.</summary>
public sealed class GpioPin : IDisposable
{
    private readonly BoardRun _run = Strand.HostCall().Run;
    private readonly PinMode _mode;

    internal GpioPin(int pinNumber, PinMode mode)
    {
        PinNumber = pinNumber;
        _mode = mode;
        _run.PinDriven += OnDriven;
    }

    public event PinValueChangedEventHandler? ValueChanged;

    public int PinNumber { get; }

    public PinValue Read()
    {
        Strand strand = Strand.HostCall();
        return _run.Board.Gpio.DrivenAt(PinNumber, _run.ToWorldMs(strand.NowMs)) ?? (_mode == PinMode.InputPullUp);
    }

    public void Write(PinValue value)
    {
        if (_mode < PinMode.Output) throw new InvalidOperationException();
        _run.Board.Gpio.Set(PinNumber, value.IsHigh(), _run.ToWorldMs(Strand.HostCall().NowMs));
    }

    public void Dispose() => _run.PinDriven -= OnDriven;

    private void OnDriven(int pin, bool isHigh)
    {
        if (pin != PinNumber || _mode >= PinMode.Output) return;
        ValueChanged?.Invoke(
            this, new PinValueChangedEventArgs(isHigh ? PinEventTypes.Rising : PinEventTypes.Falling, pin));
    }
}

/// <summary>Opens pins; one that is open is not opened again.</summary>
public sealed class GpioController : IDisposable
{
    private readonly System.Collections.Generic.Dictionary<int, GpioPin> _open = [];

    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        GpioPin pin = new(pinNumber, mode);
        if (_open.TryAdd(pinNumber, pin)) return pin;
        pin.Dispose();
        throw new InvalidOperationException();
    }

    public void Dispose()
    {
        foreach (GpioPin pin in _open.Values) pin.Dispose();
        _open.Clear();
    }
}
