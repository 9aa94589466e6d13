using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

public sealed class RadioTests
{
    [Fact]
    public void A_crowd_has_the_figures_it_promises()
    {
        const int Windows = 20_000;
        SyntheticCrowd crowd = new(42);
        HashSet<ulong> known = [];
        Dictionary<ulong, short> last = [];
        Dictionary<int, int> strengths = [], changes = [];
        int events = 0, distinct = 0, fresh = 0;
        for (int window = 0; window < Windows; window++)
        {
            HashSet<ulong> here = [];
            while (crowd.TryNext(window * 10_000.0, (window + 1) * 10_000.0, out RadioEvent heard))
            {
                events++;
                if (here.Add(heard.Address)) distinct++;
                // The first windows make the crowd known; they are not counted as news.
                if (known.Add(heard.Address) && window >= 100) fresh++;
                strengths[heard.RssiDbm] = strengths.GetValueOrDefault(heard.RssiDbm) + 1;
                if (last.TryGetValue(heard.Address, out short before))
                    changes[heard.RssiDbm - before] = changes.GetValueOrDefault(heard.RssiDbm - before) + 1;
                last[heard.Address] = heard.RssiDbm;
            }
        }

        Assert.InRange(events / (double)Windows, 11.8, 12.4);
        Assert.InRange(distinct / (double)Windows, 6.3, 6.7);
        Assert.InRange(fresh / (double)events, 0.054, 0.058);
        Assert.InRange(Entropy(strengths), 5.2, 5.4);
        Assert.InRange(Entropy(changes), 4.4, 4.6);
    }

    [Fact]
    public void A_trace_is_sorted_by_time_stably_and_ignores_further_columns()
    {
        TraceFile trace = Read(
            "2.0000002,b,0000000000aa,-5,x,y\n2.0000001,a,00:00:00:00:00:BB,-6\r\n"
            + "# note\n\n2.0000001,c,0000000000cc,-7");
        Assert.Equal(["a", "c", "b"], trace.Lines.Select(line => line.Receiver));
        Assert.Equal([20_000_001, 20_000_001, 20_000_002], trace.Lines.Select(line => line.UnixTicks));
        Assert.Equal(0xBBUL, trace.Lines[0].Address);
        Assert.Equal(["a", "b", "c"], trace.Receivers);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("1,a,0000000000aa,-1\n1,a", 2)]
    [InlineData("x,a,0000000000aa,-1", 1)]
    [InlineData("-1,a,0000000000aa,-1", 1)]
    [InlineData("1e5,a,0000000000aa,-1", 1)]
    [InlineData("99999999999999999999999999999999,a,0000000000aa,-1", 1)]
    [InlineData("253402300800,a,0000000000aa,-1", 1)]
    [InlineData("1,,0000000000aa,-1", 1)]
    [InlineData("1,..,0000000000aa,-1", 1)]
    [InlineData("1,a/b,0000000000aa,-1", 1)]
    [InlineData("1,a,0000000000a,-1", 1)]
    [InlineData("1,a,00000000000g,-1", 1)]
    [InlineData("1,a,0000000000aa,-129", 1)]
    [InlineData("1,a,0000000000aa,-1.5", 1)]
    public void A_bad_trace_is_refused_by_line_and_reason(string text, int line)
    {
        TraceException error = Assert.Throws<TraceException>(() => Read(text));
        Assert.Equal(line, error.Line);
        Assert.NotEmpty(error.Reason);
    }

    [Fact]
    public void A_line_without_end_is_refused() =>
        Assert.Equal(1, Assert.Throws<TraceException>(() => Read(new string('1', 100_000))).Line);

    [Fact]
    public void A_trace_radio_keeps_to_its_span_and_receiver()
    {
        TraceFile trace = Read("1.5,a,0000000000aa,-1\n2,a,0000000000bb,-2\n2,b,0000000000cc,-3\n3,a,0000000000dd,-4");
        TraceRadio radio = new(trace, "a", 1000);
        Assert.Equal(3, radio.Count);
        Assert.Equal(500, radio.PeekMs(0));
        Assert.True(radio.TryNext(0, 1000, out RadioEvent first));
        Assert.Equal((500.0, 0xAAUL, (short)-1), (first.TimeMs, first.Address, first.RssiDbm));
        Assert.False(radio.TryNext(0, 1000, out _));
        Assert.True(radio.TryNext(1500, 2000.5, out RadioEvent last));
        Assert.Equal(0xDDUL, last.Address);
        Assert.Null(radio.PeekMs(0));
    }

    private static TraceFile Read(string text) => TraceFile.Read(new StringReader(text), "trace");

    private static double Entropy(Dictionary<int, int> counts)
    {
        double total = counts.Values.Sum();
        return -counts.Values.Sum(count => count / total * Math.Log2(count / total));
    }
}
