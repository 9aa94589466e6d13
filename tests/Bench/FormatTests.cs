using LumenLink.Bench;
using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;
using LumenLink.Protocol;

namespace LumenLink.Tests.Bench;

/// <summary>Every format gives back what it was given, and its messages have the size that is counted.</summary>
public sealed class FormatTests
{
    private const int Windows = 6;

    private static readonly ScanReport Few = Samples.Report(
        3, Windows, new(0, 0x0000_0000_0001, AddressType.Public, -128),
        new(0, 0xFFFF_FFFF_FFFF, AddressType.Random, 127), new(2, 0x0000_0000_0001, AddressType.Public, 0),
        new(5, 0xC0FF_EE12_3456, AddressType.Random, -74));

    public static TheoryData<string> Names => [.. Formats().Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AFormatGivesBackWhatItWasGiven(string name)
    {
        ISightingFormat format = Formats().Single(one => one.Name == name);
        Assert.True(SelfCheck.GivesBack(format, Few));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AFormatGivesBackTheCrowd(string name)
    {
        ISightingFormat format = Formats().Single(one => one.Name == name);
        SelfCheck.Run([format], [.. ReportInput.FromCrowd(new ReportShape(10_000, Windows)).Reports.Take(60)]);
    }

    [Fact]
    public void AReportThatDoesNotFitOneRecordGoesOnInTheNextFrame()
    {
        var lumenLink = new LumenLinkCoder(new ReportShape(10_000, Windows));
        ScanReport crowded = Samples.Report(
            1, Windows, [.. Enumerable.Range(0, 1500).Select(i => new HeardSighting(
                (byte)(i / 250), 0x1234_5678_9ABC + ((ulong)i << 17), AddressType.Random, (sbyte)(-40 - (i % 50))))]);

        Assert.True(SelfCheck.GivesBack(lumenLink, crowded));
        Assert.True(lumenLink.Encode(crowded).Count > 1);
    }

    [Fact]
    public void AFormatThatLosesSomethingIsFound()
    {
        BenchException error = Assert.Throws<BenchException>(() => SelfCheck.Run([new Forgetful()], [Few]));
        Assert.Contains("Forgetful", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheIBeaconMessageIsAsLongAsInTheGatewaysManual()
    {
        ScanReport one = Samples.Report(1, Windows, new HeardSighting(0, 0x5878_2076_BC24, AddressType.Random, -79));
        Publish message = Assert.Single(new OpenMqttGatewayJson(true).Encode(one));
        Assert.Equal("home/OpenMQTTGateway/BTtoMQTT/58782076BC24", message.Topic);
        Assert.Equal(244, message.Size);
    }

    [Theory]
    [InlineData(100, false, 100 + 2 + 2 + 3)]
    [InlineData(100, true, 100 + 2 + 2 + 3 + 2)]
    [InlineData(122, false, 122 + 2 + 2 + 3)]
    [InlineData(123, false, 123 + 3 + 2 + 3)]
    [InlineData(16_384, true, 16_384 + 4 + 2 + 3 + 2)]
    public void APublishHasTheSizeOfMqtt(int payload, bool acknowledged, int size) =>
        Assert.Equal(size, new Publish("a/b", acknowledged, new byte[payload]).Size);

    private static ISightingFormat[] Formats() =>
    [
        new LumenLinkCoder(new ReportShape(10_000, Windows)), new OpenMqttGatewayJson(true),
        new OpenMqttGatewayJson(false), new JsonArrays(), new CborArrays(), new MessagePackColumns(),
        new ProtobufColumns(), new MemoryPackColumns(),
    ];

    private sealed class Forgetful : ISightingFormat
    {
        private readonly JsonArrays _inner = new();

        public string Name => "Forgetful";

        public bool CarriesTime => true;

        public IReadOnlyList<Publish> Encode(ScanReport report) =>
            _inner.Encode(report with { Sightings = [.. report.Sightings.Skip(1)] });

        public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings) =>
            _inner.Decode(payload, sightings);
    }
}
