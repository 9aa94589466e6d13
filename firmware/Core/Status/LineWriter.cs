using LumenLink.Protocol;

namespace LumenLink.Beacon.Status
{
    /// <summary>
    /// Lines of a Diagnostics record (README of the protocol, section 4): a name, then values with their names before
    /// them, all with blanks between. A line that does not fit is left out as a whole.
    /// </summary>
    public sealed class LineWriter
    {
        private const int MaxDigits = 19;

        private readonly byte[] _digits = new byte[MaxDigits];
        private byte[] _buffer = new byte[0];
        private int _line;
        private int _at;
        private int _end;
        private bool _isFull;

        /// <summary>Where the next line starts: behind the last one that fitted.</summary>
        public int At
        {
            get { return _line; }
        }

        /// <summary>Begins a text.</summary>
        /// <param name="buffer">Takes it.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Bytes of room.</param>
        public void Start(byte[] buffer, int offset, int count)
        {
            _buffer = buffer;
            _line = offset;
            _at = offset;
            _end = offset + count;
        }

        /// <summary>Begins a line.</summary>
        public LineWriter Line(string name)
        {
            _at = _line;
            _isFull = false;
            Put(name);
            return this;
        }

        /// <summary>Adds a value with its name.</summary>
        public LineWriter Add(string name, long value)
        {
            Add(name);
            PutByte((byte)' ');
            PutNumber(value);
            return this;
        }

        /// <summary>Adds a value with its name.</summary>
        public LineWriter Add(string name, uint value)
        {
            return Add(name, 0L + value);
        }

        /// <summary>Adds a word.</summary>
        public LineWriter Add(string word)
        {
            PutByte((byte)' ');
            Put(word);
            return this;
        }

        /// <summary>Ends the line.</summary>
        public void End()
        {
            PutByte(TextLines.LineFeed);
            _line = _isFull ? _line : _at;
        }

        private void Put(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                bool isPrintable = text[i] >= 0x20 && text[i] <= 0x7E;
                PutByte(isPrintable ? (byte)text[i] : (byte)'?');
            }
        }

        private void PutNumber(long value)
        {
            if (value < 0)
            {
                PutByte((byte)'-');
            }

            int count = 0;
            do
            {
                int digit = (int)(value % 10);
                _digits[count] = (byte)('0' + (digit < 0 ? -digit : digit));
                count++;
                value /= 10;
            }
            while (value != 0);

            for (int i = count - 1; i >= 0; i--)
            {
                PutByte(_digits[i]);
            }
        }

        private void PutByte(byte value)
        {
            if (_at == _end)
            {
                _isFull = true;
                return;
            }

            _buffer[_at] = value;
            _at++;
        }
    }
}
