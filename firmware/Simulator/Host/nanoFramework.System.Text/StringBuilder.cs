extern alias net;

using System.Globalization;
using NetBuilder = net::System.Text.StringBuilder;

namespace System.Text;

/// <summary>A string in the making; its line end is CR LF.</summary>
public sealed class StringBuilder
{
    private const string LineEnd = "\r\n";
    private readonly NetBuilder _text;

    public StringBuilder(string? value, int startIndex, int length, int capacity) =>
        _text = new NetBuilder(value, startIndex, length, capacity);

    public StringBuilder(string? value, int capacity) => _text = new NetBuilder(value, capacity);

    public StringBuilder(int capacity, int maxCapacity) => _text = new NetBuilder(capacity, maxCapacity);

    public StringBuilder(int capacity) => _text = new NetBuilder(capacity);

    public StringBuilder(string? value) => _text = new NetBuilder(value);

    public StringBuilder() => _text = new NetBuilder();

    public int Capacity
    {
        get => _text.Capacity;
        set => _text.Capacity = value;
    }

    public int Length
    {
        get => _text.Length;
        set => _text.Length = value;
    }

    public char this[int index]
    {
        get => _text[index];
        set => _text[index] = value;
    }

    public StringBuilder Append(bool value) => Append(value.ToString());

    public StringBuilder Append(byte value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(char value) => With(_text.Append(value));

    public StringBuilder Append(double value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(short value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(char[]? value) => With(_text.Append(value));

    public StringBuilder Append(int value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(long value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(object? value) => Append(value?.ToString());

    public StringBuilder Append(string? value) => With(_text.Append(value));

    public StringBuilder Append(sbyte value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(float value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(ushort value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(uint value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(ulong value) => Append(value.ToString(CultureInfo.InvariantCulture));

    public StringBuilder Append(string? value, int startIndex, int count) =>
        With(_text.Append(value, startIndex, count));

    public StringBuilder Append(char[]? value, int startIndex, int charCount) =>
        With(_text.Append(value, startIndex, charCount));

    public StringBuilder Append(char value, int repeatCount) => With(_text.Append(value, repeatCount));

    public StringBuilder Remove(int startIndex, int length) => With(_text.Remove(startIndex, length));

    public StringBuilder Insert(int index, string? value, int count) => With(_text.Insert(index, value, count));

    public StringBuilder Insert(int index, char[]? value, int startIndex, int charCount) =>
        With(_text.Insert(index, value, startIndex, charCount));

    public StringBuilder Replace(char oldChar, char newChar, int startIndex, int count) =>
        With(_text.Replace(oldChar, newChar, startIndex, count));

    public StringBuilder Replace(char oldChar, char newChar) => With(_text.Replace(oldChar, newChar));

    public StringBuilder Replace(string oldValue, string? newValue, int startIndex, int count) =>
        With(_text.Replace(oldValue, newValue, startIndex, count));

    public StringBuilder Replace(string oldValue, string? newValue) => With(_text.Replace(oldValue, newValue));

    public StringBuilder Clear() => With(_text.Clear());

    public override string ToString() => _text.ToString();

    public string ToString(int startIndex, int length) => _text.ToString(startIndex, length);

    public StringBuilder AppendLine(string? str) => Append(str).Append(LineEnd);

    public StringBuilder AppendLine() => Append(LineEnd);

    private StringBuilder With(NetBuilder _) => this;
}
