extern alias net;

using System.Globalization;
using LumenLink.Simulator;
using NetDateTime = net::System.DateTime;

namespace System;

/// <summary>
/// A date and time in UTC; nanoFramework knows no other kind. Its clock is the board's, invalid until set.
/// </summary>
[Serializable]
public readonly struct DateTime
{
    public static readonly DateTime MinValue = new(0);
    public static readonly DateTime MaxValue = new(NetDateTime.MaxValue.Ticks);
    public static readonly DateTime UnixEpoch = new(NetDateTime.UnixEpoch.Ticks);

    private readonly long _ticks;

    public DateTime(long ticks)
    {
        if (ticks < 0 || ticks > NetDateTime.MaxValue.Ticks) throw new ArgumentOutOfRangeException();
        _ticks = ticks;
    }

    public DateTime(int year, int month, int day)
        : this(year, month, day, 0, 0, 0, 0)
    {
    }

    public DateTime(int year, int month, int day, int hour, int minute, int second)
        : this(year, month, day, hour, minute, second, 0)
    {
    }

    public DateTime(int year, int month, int day, int hour, int minute, int second, int millisecond) =>
        _ticks = new NetDateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Utc).Ticks;

    public static DateTime UtcNow
    {
        get
        {
            Strand strand = Strand.HostCall();
            return new(UnixEpoch._ticks + (strand.Run.UtcMs(strand.NowMs) * TimeSpan.TicksPerMillisecond));
        }
    }

    public DateTime Date => new(_ticks - (_ticks % TimeSpan.TicksPerDay));

    public int Day => Net.Day;

    public DayOfWeek DayOfWeek => Net.DayOfWeek;

    public int DayOfYear => Net.DayOfYear;

    public int Hour => Net.Hour;

    public int Millisecond => Net.Millisecond;

    public int Minute => Net.Minute;

    public int Month => Net.Month;

    public int Second => Net.Second;

    public long Ticks => _ticks;

    public TimeSpan TimeOfDay => new(_ticks % TimeSpan.TicksPerDay);

    public int Year => Net.Year;

    private NetDateTime Net => new(_ticks, DateTimeKind.Utc);

    public static DateTime operator +(DateTime d, TimeSpan t) => d.Add(t);

    public static DateTime operator -(DateTime d, TimeSpan t) => d.Subtract(t);

    public static TimeSpan operator -(DateTime d1, DateTime d2) => d1.Subtract(d2);

    public static bool operator ==(DateTime d1, DateTime d2) => d1._ticks == d2._ticks;

    public static bool operator !=(DateTime t1, DateTime t2) => t1._ticks != t2._ticks;

    public static bool operator <(DateTime t1, DateTime t2) => t1._ticks < t2._ticks;

    public static bool operator <=(DateTime t1, DateTime t2) => t1._ticks <= t2._ticks;

    public static bool operator >(DateTime t1, DateTime t2) => t1._ticks > t2._ticks;

    public static bool operator >=(DateTime t1, DateTime t2) => t1._ticks >= t2._ticks;

    public static int Compare(DateTime t1, DateTime t2) => t1._ticks.CompareTo(t2._ticks);

    public static int DaysInMonth(int year, int month) => NetDateTime.DaysInMonth(year, month);

    public static bool Equals(DateTime t1, DateTime t2) => t1._ticks == t2._ticks;

    public static DateTime FromUnixTimeSeconds(long seconds) =>
        new(UnixEpoch._ticks + (seconds * TimeSpan.TicksPerSecond));

    public DateTime Add(TimeSpan val) => new(_ticks + val.Ticks);

    public DateTime AddDays(double val) => Add(val, TimeSpan.TicksPerDay);

    public DateTime AddHours(double val) => Add(val, TimeSpan.TicksPerHour);

    public DateTime AddMilliseconds(double val) => Add(val, TimeSpan.TicksPerMillisecond);

    public DateTime AddMinutes(double val) => Add(val, TimeSpan.TicksPerMinute);

    public DateTime AddSeconds(double val) => Add(val, TimeSpan.TicksPerSecond);

    public DateTime AddTicks(long val) => new(_ticks + val);

    public int CompareTo(object? val) => val is null ? 1 : Compare(this, (DateTime)val);

    public override bool Equals(object? obj) => obj is DateTime other && other._ticks == _ticks;

    public override int GetHashCode() => (int)_ticks ^ (int)(_ticks >> 32);

    public TimeSpan Subtract(DateTime val) => new(_ticks - val._ticks);

    public DateTime Subtract(TimeSpan val) => new(_ticks - val.Ticks);

    public override string ToString() => Net.ToString(CultureInfo.InvariantCulture);

    public string ToString(string format) => Net.ToString(format, CultureInfo.InvariantCulture);

    public long ToUnixTimeSeconds() => (_ticks - UnixEpoch._ticks) / TimeSpan.TicksPerSecond;

    private DateTime Add(double count, long unitTicks) => new(_ticks + (long)(count * unitTicks));
}
