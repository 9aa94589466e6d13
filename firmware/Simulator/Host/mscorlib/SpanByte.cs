namespace System;

/// <summary>A part of a byte array, on the stack only; what nanoFramework has instead of Span.</summary>
public readonly ref struct SpanByte
{
    private readonly byte[]? _array;
    private readonly int _start;

    public SpanByte(byte[]? array)
    {
        _array = array;
        _start = 0;
        Length = array?.Length ?? 0;
    }

    public SpanByte(byte[]? array, int start, int length)
    {
        int whole = array?.Length ?? 0;
        if (start < 0 || length < 0 || start > whole - length) throw new ArgumentOutOfRangeException();
        _array = array;
        _start = start;
        Length = length;
    }

    public static SpanByte Empty => default;

    public int Length { get; }

    public bool IsEmpty => Length == 0;

    public byte this[int index]
    {
        get => _array![At(index)];
        set => _array![At(index)] = value;
    }

    public static implicit operator SpanByte(byte[]? array) => new(array);

    public void CopyTo(SpanByte destination)
    {
        if (Length > destination.Length) throw new ArgumentException();
        if (Length > 0) Array.Copy(_array!, _start, destination._array!, destination._start, Length);
    }

    public SpanByte Slice(int start) => Slice(start, Length - start);

    public SpanByte Slice(int start, int length)
    {
        if (start < 0 || length < 0 || start > Length - length) throw new ArgumentOutOfRangeException();
        return new SpanByte(_array, _start + start, length);
    }

    public byte[] ToArray()
    {
        byte[] copy = new byte[Length];
        if (Length > 0) Array.Copy(_array!, _start, copy, 0, Length);
        return copy;
    }

    private int At(int index) =>
        (uint)index < (uint)Length ? _start + index : throw new ArgumentOutOfRangeException(nameof(index));
}
