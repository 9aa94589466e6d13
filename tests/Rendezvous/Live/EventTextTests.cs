using System.Text;
using CsCheck;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Live;

/// <summary>Events as they lie in Redis.</summary>
public sealed class EventTextTests
{
    private static readonly DateTimeOffset At = new(2030, 5, 17, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly BeaconId Beacon = new(0x0102030405060708);

    private static readonly LiveEvent[] Examples =
    [
        new AttestationEvent(At, 1, Beacon, AttestationOutcome.Accepted, "Well \"done\"\n."),
        new AttestationEvent(At, null, Beacon, AttestationOutcome.BeaconUnknown, ""),
        new ConnectionRefusedEvent(At, $"{Beacon}", TokenOutcome.Used, 2),
        new ConnectionRefusedEvent(At, "", TokenOutcome.Malformed),
        new AlarmEvent(At, 3, Beacon, AlarmKind.RecordConflict, "Twice."),
        new GapEvent(At, GapReason.ReplicasBack),
    ];

    [Fact]
    public void What_is_written_is_read_back_and_small()
    {
        foreach (LiveEvent one in Examples)
        {
            byte[] text = EventText.Write(one);
            Assert.True(EventText.TryRead(text, out LiveEvent? read), Encoding.UTF8.GetString(text));
            Assert.Equal(one, read);
        }

        SightingEntry[] newest = [.. Enumerable.Range(0, IngestPolicy.LiveSightings).Select(i => new SightingEntry(
            0, At.ToUnixTimeMilliseconds() - i, 0, default, (byte)i, (1L << 48) - 1 - i, 0, ushort.MaxValue, -128))];
        SightingsEvent sightings = new(At, int.MaxValue, Beacon, int.MaxValue, newest);
        byte[] line = EventText.Write(sightings);
        Assert.InRange(line.Length, 1, LivePolicy.MaxBytes / 2);
        Assert.True(EventText.TryRead(line, out LiveEvent? heard));
        Assert.Equal(newest, Assert.IsType<SightingsEvent>(heard).Newest);
        Assert.Equal(sightings with { Newest = [] }, (SightingsEvent)heard with { Newest = [] });
    }

    [Fact]
    public void A_sentence_of_any_length_fits()
    {
        LiveEvent told = new AlarmEvent(At, 1, Beacon, AlarmKind.EarlierBoot, new string('\u0001', 100_000));
        byte[] text = EventText.Write(told);
        Assert.InRange(text.Length, 1, LivePolicy.MaxBytes);
        Assert.True(EventText.TryRead(text, out LiveEvent? read));
        Assert.Equal(LivePolicy.MaxDetail, ((AlarmEvent)read).Detail.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"v":1,"k":5,"outcome":4}""")] // no time
    [InlineData("""{"v":2,"k":5,"at":1,"outcome":4}""")] // of a later build
    [InlineData("""{"v":1,"k":5,"at":1,"outcome":99}""")]
    [InlineData("""{"v":1,"k":5,"at":1,"outcome":4,"outcome":4}""")]
    [InlineData("""{"v":1,"k":5,"at":1,"outcome":4,"tenant":1}""")]
    [InlineData("""{"v":1,"k":5,"at":1,"outcome":4,"more":1}""")]
    [InlineData("""{"v":1,"k":5,"at":-1,"outcome":4}""")]
    [InlineData("""{"v":1,"k":5,"at":9223372036854775807,"outcome":4}""")]
    [InlineData("""{"v":1,"k":9,"at":1,"outcome":4}""")]
    [InlineData("""{"v":1,"k":4,"at":1,"tenant":0,"beacon":"AQIDBAUGBwg","outcome":1,"detail":""}""")]
    [InlineData("""{"v":1,"k":4,"at":1,"beacon":"AQIDBAUGBwg","outcome":1,"detail":""}""")]
    [InlineData("""{"v":1,"k":4,"at":1,"tenant":1,"beacon":"AQIDBAUGBw=","outcome":1,"detail":""}""")]
    [InlineData("""{"v":1,"k":4,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","outcome":1}""")]
    [InlineData("""{"v":1,"k":3,"at":1,"beacon":"<script>","outcome":1}""")]
    [InlineData("""{"v":1,"k":1,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","count":0,"newest":[]}""")]
    [InlineData("""{"v":1,"k":1,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","count":1,"newest":[[1,1,1,1]]}""")]
    [InlineData("""{"v":1,"k":1,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","count":1,"newest":[null]}""")]
    [InlineData("""{"v":1,"k":1,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","count":1,"newest":[[1,1,-1,1,1]]}""")]
    [InlineData("""{"v":1,"k":1,"at":1,"tenant":1,"beacon":"AQIDBAUGBwg","count":1,"newest":[[9e99,1,1,1,1]]}""")]
    public void What_is_no_event_is_not_read(string text) =>
        Assert.False(EventText.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Whatever_bytes_come_nothing_breaks_and_what_is_read_is_written_the_same() =>
        Gen.Select(Gen.Int[0, Examples.Length - 1], Gen.Int[0, 200], Gen.Byte, Gen.Bool).Sample(
            (example, at, value, cuts) =>
            {
                byte[] text = EventText.Write(Examples[example]);
                text[at % text.Length] = value;
                byte[] changed = cuts ? text[..(at % text.Length)] : text;
                if (EventText.TryRead(changed, out LiveEvent? read))
                    Assert.True(EventText.TryRead(EventText.Write(read), out _));
            });

    [Fact]
    public void What_is_too_long_is_not_looked_at() => Assert.False(EventText.TryRead(
        Encoding.UTF8.GetBytes("""{"v":1,"k":5,"at":1,"outcome":4}""" + new string(' ', LivePolicy.MaxBytes)), out _));

    [Theory]
    [InlineData("0-0", true)]
    [InlineData("1764562537123-42", true)]
    [InlineData("999999999999999999-999999999999999999", true)]
    [InlineData("9999999999999999999-0", false)]
    [InlineData("1", false)]
    [InlineData("-1", false)]
    [InlineData("1-", false)]
    [InlineData("+1-1", false)]
    [InlineData("1-1-1", false)]
    [InlineData(" 1-1", false)]
    [InlineData("", false)]
    public void An_id_is_read_strictly(string text, bool isOne)
    {
        Assert.Equal(isOne, LiveEventId.TryParse(text, out LiveEventId id));
        Assert.True(!isOne || id.ToString() == text);
    }
}
