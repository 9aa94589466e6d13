using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LumenLink.Protocol
{
    /// <summary>
    /// Walks a frame from front to back and writes a line per field. The first field that does not fit, or a count
    /// over its limit, stops the walk and is named; every later call does nothing.
    /// </summary>
    internal ref struct FramePrinter
    {
        private readonly ReadOnlySpan<byte> frame;
        private readonly StringBuilder text;
        private readonly List<FrameField>? fields;
        private int end;

        internal FramePrinter(ReadOnlySpan<byte> frame, StringBuilder text, List<FrameField>? fields = null)
        {
            this.frame = frame;
            this.text = text;
            this.fields = fields;
            end = frame.Length;
        }

        internal int At { get; private set; }

        internal bool Stopped { get; private set; }

        internal readonly int Left => end - At;

        /// <summary>Sets bytes at the end aside, for the tag or a signature.</summary>
        internal void Reserve(int count)
        {
            if (!Stopped && count > Left)
            {
                Stop("end", WireError.TooShort);
            }

            end -= Stopped ? 0 : count;
        }

        /// <summary>Goes to the bytes that were set aside.</summary>
        internal void Release()
        {
            end = frame.Length;
        }

        internal ulong Number(string name, int size)
        {
            ulong value = 0;
            if (!Fits(name, size))
            {
                return value;
            }

            for (int i = size - 1; i >= 0; i--)
            {
                value = (value << 8) | frame[At + i];
            }

            Line(name, value.ToString(CultureInfo.InvariantCulture), size);
            At += size;
            return value;
        }

        internal void Signed(string name, int size)
        {
            if (Fits(name, size))
            {
                long value = size == 1 ? (sbyte)frame[At] : frame.I64(At);
                Line(name, value.ToString(CultureInfo.InvariantCulture), size);
                At += size;
            }
        }

        internal byte Named<T>(string name)
            where T : struct, Enum
        {
            if (!Fits(name, 1))
            {
                return 0;
            }

            byte value = frame[At];
            T member = (T)Enum.ToObject(typeof(T), value);
            Line(name, Enum.IsDefined(member) ? $"{value} {member}" : $"{value} (unknown)", 1);
            At++;
            return value;
        }

        /// <summary>Reads a count or length field and stops over <paramref name="max"/>.</summary>
        internal int Count(string name, int size, int min, int max, WireError error)
        {
            int at = At;
            int value = (int)Number(name, size);
            if (!Stopped && (value < min || value > max))
            {
                At = at;
                Stop(name, error);
            }

            return Stopped ? 0 : value;
        }

        internal void Bytes(string name, int size, bool onlyIfAny = false)
        {
            if (!(onlyIfAny && size == 0) && Fits(name, size))
            {
                Line(name, Convert.ToHexStringLower(frame.Slice(At, size)), size);
                At += size;
            }
        }

        internal void Ascii(string name, int size)
        {
            if (!Fits(name, size))
            {
                return;
            }

            StringBuilder value = new(size + 2);
            foreach (byte character in frame.Slice(At, size))
            {
                value.Append(AsciiText.IsPrintable(character) ? (char)character : '?');
            }

            Line(name, $"\"{value}\"", size);
            At += size;
        }

        /// <summary>
        /// A text of several lines, a line of its own for each; what is not printable is a question mark.
        /// </summary>
        internal void Lines(string name, int size)
        {
            if (!Fits(name, size))
            {
                return;
            }

            int lineEnd = At + size;
            while (At < lineEnd && !Stopped)
            {
                int length = frame[At..lineEnd].IndexOf(TextLines.LineFeed);
                Ascii(name, length < 0 ? lineEnd - At : length);
                At += length < 0 ? 0 : 1;
            }
        }

        internal void Extensions()
        {
            while (!Stopped && Left > 0)
            {
                if (Left < Protocol.Extensions.HeaderSize || frame[At + 1] > Left - Protocol.Extensions.HeaderSize)
                {
                    Stop("extension", WireError.ExtensionMalformed);
                    return;
                }

                int size = frame[At + 1];
                string name = string.Create(CultureInfo.InvariantCulture, $"extension {frame[At]}");
                At += Protocol.Extensions.HeaderSize;
                Bytes(name, size);
            }
        }

        /// <summary>Bytes of the frame that were walked over.</summary>
        internal readonly ReadOnlySpan<byte> From(int start) => frame[start..At];

        /// <summary>A line about the bytes just walked over.</summary>
        internal readonly void Note(string name, string value) => Line(name, value);

        internal readonly void Title(string title) =>
            text.Append(CultureInfo.InvariantCulture, $"{At,5}  {title}").Append('\n');

        internal void Stop(string name, WireError error)
        {
            Line(name, $"! {error}");
            Stopped = true;
        }

        private bool Fits(string name, int size)
        {
            if (!Stopped && size > Left)
            {
                Stop(name, WireError.TooShort);
            }

            return !Stopped;
        }

        private readonly void Line(string name, string value, int size = 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{At,5}    {name} = {value}").Append('\n');
            fields?.Add(new FrameField(At, size, name, value));
        }
    }
}
