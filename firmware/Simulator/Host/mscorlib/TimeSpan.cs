extern alias net;

using System.Globalization;
using NetTimeSpan = net::System.TimeSpan;

namespace System;

/// <summary>A span of time; its factories take whole numbers only.</summary>
public readonly struct TimeSpan
{
    public const long TicksPerMillisecond = 10000;
    public const long TicksPerSecond = 10000000;
    public const long TicksPerMinute = 600000000;
    public const long TicksPerHour = 36000000000;
    public const long TicksPerDay = 864000000000;

    public static readonly TimeSpan Zero = new(0);
    public static readonly TimeSpan MaxValue = new(long.MaxValue);
    public static readonly TimeSpan MinValue = new(long.MinValue);

    private readonly long _ticks;

    public TimeSpan(long ticks) => _ticks = ticks;

    public TimeSpan(int hours, int minutes, int seconds)
        : this(0, hours, minutes, seconds, 0)
    {
    }

    public TimeSpan(int days, int hours, int minutes, int seconds)
        : this(days, hours, minutes, seconds, 0)
    {
    }

    public TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds) =>
        _ticks = new NetTimeSpan(days, hours, minutes, seconds, milliseconds).Ticks;

    public long Ticks => _ticks;

    public int Days => Net.Days;

    public int Hours => Net.Hours;

    public int Milliseconds => Net.Milliseconds;

    public int Minutes => Net.Minutes;

    public int Seconds => Net.Seconds;

    public double TotalDays => Net.TotalDays;

    public double TotalHours => Net.TotalHours;

    public double TotalMilliseconds => Net.TotalMilliseconds;

    public double TotalMinutes => Net.TotalMinutes;

    public double TotalSeconds => Net.TotalSeconds;

    private NetTimeSpan Net => new(_ticks);

    public static TimeSpan operator -(TimeSpan t) => new(-t._ticks);

    public static TimeSpan operator -(TimeSpan t1, TimeSpan t2) => new(t1._ticks - t2._ticks);

    public static TimeSpan operator +(TimeSpan t) => t;

    public static TimeSpan operator +(TimeSpan t1, TimeSpan t2) => new(t1._ticks + t2._ticks);

    public static bool operator ==(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;

    public static bool operator !=(TimeSpan t1, TimeSpan t2) => t1._ticks != t2._ticks;

    public static bool operator <(TimeSpan t1, TimeSpan t2) => t1._ticks < t2._ticks;

    public static bool operator <=(TimeSpan t1, TimeSpan t2) => t1._ticks <= t2._ticks;

    public static bool operator >(TimeSpan t1, TimeSpan t2) => t1._ticks > t2._ticks;

    public static bool operator >=(TimeSpan t1, TimeSpan t2) => t1._ticks >= t2._ticks;

    public static int Compare(TimeSpan t1, TimeSpan t2) => t1._ticks.CompareTo(t2._ticks);

    public static bool Equals(TimeSpan t1, TimeSpan t2) => t1._ticks == t2._ticks;

    public static TimeSpan FromTicks(long value) => new(value);

    public static TimeSpan FromMilliseconds(long value) => new(value * TicksPerMillisecond);

    public static TimeSpan FromSeconds(long value) => new(value * TicksPerSecond);

    public static TimeSpan FromMinutes(long value) => new(value * TicksPerMinute);

    public static TimeSpan FromHours(long value) => new(value * TicksPerHour);

    public static TimeSpan FromDays(long value) => new(value * TicksPerDay);

    public TimeSpan Add(TimeSpan ts) => new(_ticks + ts._ticks);

    public int CompareTo(object? value) => value is null ? 1 : Compare(this, (TimeSpan)value);

    public TimeSpan Duration() => new(Math.Abs(_ticks));

    public override bool Equals(object? value) => value is TimeSpan other && other._ticks == _ticks;

    public override int GetHashCode() => (int)_ticks ^ (int)(_ticks >> 32);

    public TimeSpan Negate() => new(-_ticks);

    public TimeSpan Subtract(TimeSpan ts) => new(_ticks - ts._ticks);

    public override string ToString() => Net.ToString(null, CultureInfo.InvariantCulture);
}
