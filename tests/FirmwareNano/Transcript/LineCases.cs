using LumenLink.Beacon.Status;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>Lines with numbers at the edges of their types, in rooms where not all of them fit.</summary>
    internal sealed class LineCases
    {
        private readonly Transcript transcript = new Transcript("line");
        private readonly byte[] buffer = new byte[400];

        internal void Run()
        {
            Write(400);
            for (int room = 0; room < 300; room += 37)
            {
                Write(room);
            }
        }

        private void Write(int room)
        {
            Lcg random = new Lcg(5);
            LineWriter lines = new LineWriter();
            lines.Start(buffer, 0, room);
            lines.Line("small").Add("zero", 0L).Add("none", 0u).Add("one", 1L).Add("minus", -1L).Add("ten", -10L).End();
            lines.Line("long").Add("max", long.MaxValue).Add("min", long.MinValue).Add("word", 1L << 32).End();
            lines.Line("int").Add("max", int.MaxValue).Add("min", int.MinValue).End();
            lines.Line("uint").Add("half", 0x80000000u).Add("max", uint.MaxValue).Add("sum", uint.MaxValue - 9u).End();
            lines.Line("wo\u00e4rd").Add("\n").Add("").End();
            for (int i = 0; i < 8; i++)
            {
                long value = ((long)random.Next() << 40) - ((long)random.Next() << (8 * random.Below(5)));
                lines.Line("any").Add("value", value).Add("int", random.Below(9) - 4).End();
            }

            transcript.Add(lines.At);
            transcript.Add(buffer, 0, lines.At);
            transcript.EndCase();
        }
    }
}
